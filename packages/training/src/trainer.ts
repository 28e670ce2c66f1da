import type { SequenceTask } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';
import { withAverages } from './averaging.ts';
import type { CheckpointStore } from './checkpoint.ts';
import { type TrainingConfig, type TrainingConfigInput, trainingSchema } from './config.ts';
import type { CheckpointEvent, Sink, TrainingEvent, WarningEvent } from './events.ts';
import { type FastStep, fastStep } from './fast-step.ts';
import { LossWatch } from './loss-watch.ts';
import type { Objective } from './objective.ts';
import { parseOptions } from './options.ts';
import { Pace } from './pace.ts';
import { scheduleFactor } from './schedule.ts';
import { sequenceObjective } from './sequence-objective.ts';
import { createTrainingState, readVariables, restoreState, type TrainingState } from './training-state.ts';
import { createTrainingStep, type TrainingStep } from './training-step.ts';
import { yieldToEventLoop } from './yield.ts';

export interface CommonOptions extends Omit<TrainingConfigInput, 'checkpoint'> {
  /** Take every event, in order, before the caller sees it. */
  readonly sinks?: readonly Sink[];
  /** Where the run is saved, and resumed from where the store holds a checkpoint. Without it nothing is saved. */
  readonly checkpoint?: TrainingConfigInput['checkpoint'] & { readonly store: CheckpointStore };
}

export type TrainerOptions = CommonOptions &
  (
    | {
        /** Maps int32 [batch, window] to logits [batch, window, vocabulary] or [batch, vocabulary]. Trained in place. */
        readonly model: tf.LayersModel;
        readonly task: SequenceTask;
      }
    | {
        /** Trained in place. */
        readonly model: tf.LayersModel;
        /** What to train for in the place of the next token of a task; of this model. */
        readonly objective: Objective;
      }
  );

export interface RunOptions {
  /** Once aborted, the run saves a checkpoint and ends with reason `interrupted`. */
  readonly signal?: AbortSignal;
  /** Called before every update with its step, counted from 1; the run waits for a promise it returns. */
  readonly beforeStep?: (step: number) => Promise<void> | undefined;
}

/**
 * Trains a model on a task and tells what happens as a stream of events:
 *
 *     for await (const event of new Trainer({ model, task, steps: 1000 }).run()) console.log(event);
 *
 * Batch number, learning rate and optimizer step are functions of the step alone, so the same configuration and seed
 * give the same losses on the same backend, bit for bit, also when the run is stopped anywhere and resumed from a
 * checkpoint. (Layers with a random state of their own, such as tfjs's dropout, are outside that promise.)
 */
export class Trainer {
  readonly #model: tf.LayersModel;
  readonly #objective: Objective;
  readonly #config: TrainingConfig;
  readonly #sinks: readonly Sink[];
  readonly #store: CheckpointStore | undefined;

  /**
   * @throws TrainingError `SWITCHYARD_TRAINING_OPTION` for options out of range, `SWITCHYARD_TRAINING_SHAPE` for a
   * model that does not fit the task
   */
  constructor(options: TrainerOptions) {
    const { model, sinks = [], checkpoint, ...rest } = options;
    const { task, objective, ...config } = { task: undefined, objective: undefined, ...rest };
    const { store, ...checkpointConfig } = checkpoint ?? { store: undefined };
    this.#model = model;
    this.#config = parseOptions('Trainer', trainingSchema, { ...config, checkpoint: checkpointConfig });
    this.#sinks = sinks;
    this.#store = store;
    this.#objective = objective ?? sequenceObjective(model, task!, this.#config);
  }

  /**
   * Runs from the store's newest checkpoint, or from step 0, to the last step. Control returns to the event loop every
   * few milliseconds. When `signal` is aborted, the run saves a checkpoint and ends with reason `interrupted`. A run can be
   * held at any step through `beforeStep`, as the playground of the documentation does.
   *
   * @throws TrainingError `SWITCHYARD_TRAINING_NOT_FINITE` as soon as a loss or a weight to be saved is not finite;
   * `SWITCHYARD_CHECKPOINT_MISMATCH` where the store holds another run's checkpoints; what sinks and store throw
   */
  async *run({ signal, beforeStep }: RunOptions = {}): AsyncGenerator<TrainingEvent, void, void> {
    const { optimizer, averaging } = this.#config;
    const state = createTrainingState(this.#model, optimizer, averaging);
    const watch = new LossWatch();
    const warnings: WarningEvent[] = [];
    const fast = await this.#fastStep(state, warnings);
    try {
      for await (const event of this.#events(state, fast.step, watch, warnings, { signal, beforeStep })) {
        for (const sink of this.#sinks) await sink.write(event);
        yield event;
      }
    } finally {
      fast.dispose();
      watch.dispose();
      state.dispose();
    }
  }

  /** The update of this run; why it could not be captured goes into `warnings`. */
  #fastStep(state: TrainingState, warnings: WarningEvent[]): FastStep | Promise<FastStep> {
    const { optimizer, clip, capture, averaging } = this.#config;
    const { loss } = this.#objective;
    const step = createTrainingStep({ loss, ...state, optimizer, clip, averaging });
    if (capture === 'off') return { step, dispose() {} };
    return fastStep(step, (message) => warnings.push({ type: 'warning', code: 'SWITCHYARD_SIMD_CAPTURE', message }));
  }

  /** @param warnings of the update, taken out as they are told */
  async *#events(
    state: TrainingState,
    update: TrainingStep,
    watch: LossWatch,
    warnings: WarningEvent[],
    { signal, beforeStep }: { [Key in keyof RunOptions]: RunOptions[Key] | undefined },
  ): AsyncGenerator<TrainingEvent> {
    const { steps, log, optimizer, schedule, evaluation, checkpoint } = this.#config;
    const objective = this.#objective;
    const parameters = state.parameters.reduce((sum, parameter) => sum + parameter.size, 0);

    const resumed = (await this.#store?.load()) ?? { warnings: [] };
    if (resumed.checkpoint) restoreState(state, optimizer, resumed.checkpoint);
    let step = resumed.checkpoint?.step ?? 0;
    let evaluated = resumed.checkpoint?.evaluation ?? null;
    let saved = step;
    watch.lastCheckpoint = resumed.path;
    yield { type: 'start', step, steps, parameters, ...(resumed.path && { resumedFrom: resumed.path }) };
    yield* resumed.warnings;

    const save = async (store: CheckpointStore): Promise<CheckpointEvent> => {
      await watch.settle();
      const tensors = await readVariables(state.named);
      const bad = [...tensors].find(([, { data }]) => !data.every(Number.isFinite));
      if (bad) throw watch.notFinite(`${bad[0]} holds a value that is not finite`);
      for (const sink of this.#sinks) await sink.flush?.();
      const path = await store.save({ step, optimizer: optimizer.kind, evaluation: evaluated, tensors });
      watch.lastCheckpoint = path;
      saved = step;
      return { type: 'checkpoint', step, path };
    };

    const pace = new Pace(objective.tokensPerStep);
    let lastTurn = performance.now();
    const due = (every: number) => step % every === 0 || step === steps;
    while (step < steps && !signal?.aborted) {
      const held = beforeStep?.(step + 1);
      if (held) {
        await held;
        if (signal?.aborted) break;
      }
      step++;
      const learningRate = optimizer.learningRate * scheduleFactor(schedule, step, steps);
      const batch = await pace.time(() => objective.batch(step));
      // Before the update, so that accuracy and loss are those of the same weights.
      const scores = due(log.every) ? await objective.scoreBatch(batch) : undefined;
      await pace.time(() => watch.add({ step, learningRate, loss: this.#step(update, batch, learningRate, step) }));
      pace.step();
      yield* warnings.splice(0);
      if (scores) {
        const loss = await pace.time(() => watch.settle());
        const { accuracy, accuracyPerRule } = scores;
        const measures = objective.measures?.(loss, batch);
        const measured = { loss, accuracy, accuracyPerRule, ...(measures && { measures }) };
        yield { type: 'step', step, ...measured, learningRate, ...pace.read(steps - step) };
      }
      if (due(evaluation.every)) {
        await watch.settle();
        const at = step;
        const evaluate = () => objective.evaluate(at);
        evaluated = { step, ...(await withAverages(state.parameters, state.averages, evaluate)) };
        if (!Number.isFinite(evaluated.loss)) throw watch.notFinite(`the evaluation loss is ${evaluated.loss}`);
        yield { type: 'evaluation', ...evaluated };
      }
      if (this.#store && due(checkpoint.every)) yield await save(this.#store);
      if (performance.now() - lastTurn > 16) {
        await yieldToEventLoop();
        lastTurn = performance.now();
      }
    }
    await watch.settle();
    if (this.#store && saved < step) yield await save(this.#store);
    const reason = step < steps ? 'interrupted' : 'completed';
    yield { type: 'end', step, steps, reason, parameters, seconds: pace.seconds(), evaluation: evaluated };
  }

  #step(update: TrainingStep, batch: unknown, learningRate: number, step: number): tf.Scalar {
    return tf.tidy(() => update(...this.#objective.inputs(batch), tf.scalar(learningRate), tf.scalar(step)));
  }
}
