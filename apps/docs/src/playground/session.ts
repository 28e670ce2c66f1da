import { createModel, toSafetensors } from '@switchyard/models';
import type { SequenceTask } from '@switchyard/tasks';
import { evaluate, Trainer, type TrainingEvent } from '@switchyard/training';
import type * as tf from '@tensorflow/tfjs';
import { lookInto } from './look.ts';
import { type EarlierRun, type MemoryRun, memoryRun } from './memory-run.ts';
import type { Look, NamedBytes, Reply } from './messages.ts';
import { type Point, pointOf, pointsOfMetrics, pointsToArray } from './points.ts';
import { Rate } from './rate.ts';
import { type ResolvedRun, trainerConfig } from './resolve-run.ts';

/** Milliseconds between two replies on progress: twenty a second. */
const progressEvery = 50;
/** A look costs a forward pass and more: at most one in ten times as long as it takes. */
const lookShare = 10;

/**
 * One model in training, held by its page: it makes as many updates as it is allowed, tells of them, and shows what the model
 * makes of a sequence when asked. Training is that of `Trainer`; everything else happens between two updates.
 */
export class Session {
  readonly model: tf.LayersModel;
  readonly #run: ResolvedRun;
  readonly #post: (reply: Reply) => void;
  readonly #memory: MemoryRun;
  readonly #rate = new Rate();
  #points: Point[];
  #step = 0;
  #allowed = 0;
  #state: 'running' | 'paused' | 'done' | undefined;
  #wake = () => {};
  #abort = new AbortController();
  #look: Look | undefined;
  #lookAt = 0;
  #progressAt = 0;
  #exporting: 'run' | 'model' | undefined;

  constructor(run: ResolvedRun, post: (reply: Reply) => void, earlier?: EarlierRun) {
    this.#run = run;
    this.#post = post;
    this.model = createModel(run.config.model);
    this.#memory = memoryRun(run, earlier);
    this.#points = pointsOfMetrics(earlier?.metrics ?? '', run.task.ruleNames);
  }

  /** Trains as far as it is allowed, and ends when the run has. */
  async train(): Promise<void> {
    const { checkpoint, ...training } = trainerConfig(this.#run);
    const { store, sink } = this.#memory;
    let ended = false;
    while (!ended) {
      this.#abort = new AbortController();
      const trainer = new Trainer({
        ...{ ...training, model: this.model, task: this.#run.task, sinks: [sink] },
        checkpoint: { ...checkpoint, store },
      });
      const { signal } = this.#abort;
      for await (const event of trainer.run({ signal, beforeStep: (step) => this.#beforeStep(step) })) {
        this.#take(event);
        ended = event.type === 'end' && event.reason === 'completed';
      }
      // An export ends the run at its step, so that there is a checkpoint; like every run it goes on from there.
      if (!ended) this.#export();
    }
    this.#progress();
    this.#enter('done');
    await this.#lookNow();
    if (this.#exporting) this.#export();
  }

  /** Allows so many updates more; all there are by default. */
  go(updates = Number.POSITIVE_INFINITY): void {
    this.#allowed = updates;
    this.#wake();
  }

  pause(): void {
    this.#allowed = 0;
  }

  /** Shows a sequence, as soon as an update is done. */
  look(look: Look): void {
    this.#look = look;
    if (this.#state === 'done') void this.#lookNow();
    else this.#wake();
  }

  export(what: 'run' | 'model'): void {
    this.#exporting = what;
    if (this.#state === 'done') this.#export();
    else this.#wake();
  }

  #beforeStep(step: number): Promise<void> | undefined {
    this.#step = step - 1;
    const now = performance.now();
    if (this.#allowed === 0 || this.#exporting || (this.#look && now >= this.#lookAt)) return this.#hold();
    if (now >= this.#progressAt) this.#progress();
    this.#begin();
    return undefined;
  }

  /** One update begins. */
  #begin(): void {
    if (this.#state !== 'running') this.#rate.restart(performance.now());
    this.#enter('running');
    this.#rate.count();
    this.#allowed--;
  }

  /** Between two updates: serves what was asked for, and waits while no update is allowed. */
  async #hold(): Promise<void> {
    for (;;) {
      await this.#lookNow();
      if (this.#exporting === 'model') this.#export();
      if (this.#exporting === 'run') return this.#abort.abort();
      if (this.#allowed > 0) break;
      this.#progress();
      this.#enter('paused');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = () => {};
    this.#begin();
  }

  #enter(state: 'running' | 'paused' | 'done'): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#post({ type: 'state', state });
  }

  #take(event: TrainingEvent): void {
    switch (event.type) {
      case 'start':
        this.#step = event.step;
        break;
      case 'step':
        this.#points.push(pointOf(event, this.#run.task.ruleNames));
        break;
      case 'evaluation': {
        const { type: _, step, ...scores } = event;
        this.#post({ type: 'evaluation', step, scores });
        break;
      }
      case 'warning':
        this.#post({ type: 'warning', message: event.message });
        break;
      case 'end':
        this.#step = event.step;
        if (event.evaluation) this.#post({ type: 'evaluation', step: event.evaluation.step, scores: event.evaluation });
    }
  }

  #progress(): void {
    const now = performance.now();
    const stepsPerSecond = this.#rate.read(now);
    const { batchSize, window } = this.#run.config;
    const points = pointsToArray(this.#points, this.#run.task.ruleNames.length);
    this.#points = [];
    this.#progressAt = now + progressEvery;
    this.#post({
      ...{ type: 'progress', step: this.#step, points },
      ...{ stepsPerSecond, tokensPerSecond: stepsPerSecond * batchSize * window },
    });
  }

  async #lookNow(): Promise<void> {
    const look = this.#look;
    if (!look) return;
    this.#look = undefined;
    const began = performance.now();
    const { window } = this.#run.config;
    this.#post(await lookInto(this.model, this.#run.task, window, look, this.#step));
    const now = performance.now();
    this.#lookAt = now + lookShare * (now - began);
  }

  #export(): void {
    const what = this.#exporting!;
    this.#exporting = undefined;
    const files = what === 'run' ? this.#memory.files() : [modelFile(this.model, this.#run.config.task, this.#step)];
    this.#post({ type: 'exported', what, files });
  }
}

/** The model as `switchyard export` writes it. */
function modelFile(model: tf.LayersModel, task: unknown, step: number): NamedBytes {
  const bytes = toSafetensors(model, { task: JSON.stringify(task), step: String(step) });
  return { name: 'model.safetensors', bytes };
}

/** A model without its run: shown and scored, not trained. */
export function showModel(model: tf.LayersModel, task: SequenceTask, post: (reply: Reply) => void) {
  const window = Number(model.inputs[0]!.shape.at(-1));
  return {
    async train(): Promise<void> {
      const scores = await evaluate(model, task, { batches: 10, batchSize: 200, positions: 'last', seed: 0 });
      post({ type: 'evaluation', step: 0, scores });
      post({ type: 'state', state: 'done' });
    },
    go(): void {},
    pause(): void {},
    look(look: Look): void {
      void lookInto(model, task, window, look, 0).then(post);
    },
    export(): void {
      post({ type: 'exported', what: 'model', files: [modelFile(model, null, 0)] });
    },
  };
}
