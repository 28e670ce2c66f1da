import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect, countingTask, tinyModel } from '../test/tiny.ts';
import { type Checkpoint, type CheckpointStore, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type { TrainingError } from './errors.ts';
import type { StepEvent, TrainingEvent } from './events.ts';
import { adam, adamW, sgd } from './optimizer.ts';
import { constant } from './schedule.ts';
import { Trainer, type TrainerOptions } from './trainer.ts';

beforeAll(() => tf.setBackend('cpu'));

const base = {
  task: countingTask,
  batchSize: 4,
  steps: 20,
  seed: 7,
  optimizer: adamW({ learningRate: 0.02 }),
  log: { every: 1 },
  evaluation: { every: 10, batches: 1, batchSize: 16 },
} as const;

const train = (options: Partial<TrainerOptions> = {}, signal?: AbortSignal) =>
  new Trainer({ ...base, ...options, model: options.model ?? tinyModel() }).run(signal && { signal });

const losses = (events: TrainingEvent[]) => events.filter((event) => event.type === 'step').map((event) => event.loss);

/** Everything that must be the same when a run is repeated. */
const withoutTimings = (events: TrainingEvent[]) =>
  events.map((event) => {
    const { tokensPerSecond, secondsLeft, seconds, ...rest } = event as StepEvent & { seconds?: number };
    return rest;
  });

/** Keeps checkpoints as files would. */
function memoryStore(): CheckpointStore & { files: Map<number, Uint8Array> } {
  const files = new Map<number, Uint8Array>();
  return {
    files,
    async load() {
      const newest = Math.max(...files.keys());
      return files.size === 0
        ? { warnings: [] }
        : { checkpoint: decodeCheckpoint(files.get(newest)!), path: `memory:${newest}`, warnings: [] };
    },
    async save(checkpoint: Checkpoint) {
      files.set(checkpoint.step, encodeCheckpoint(checkpoint));
      return `memory:${checkpoint.step}`;
    },
  };
}

describe('a run', () => {
  it('tells its story as events, in order', async () => {
    const events = await collect(
      train({ steps: 5, log: { every: 2 }, checkpoint: { every: 4, store: memoryStore() } }),
    );
    expect(events.map((event) => `${event.type} ${'step' in event ? event.step : ''}`)).toEqual([
      'start 0',
      'step 2',
      'step 4',
      'checkpoint 4',
      'step 5',
      'evaluation 5',
      'checkpoint 5',
      'end 5',
    ]);
    expect(events.at(-1)).toMatchObject({ reason: 'completed', steps: 5, evaluation: { step: 5, chance: 0.25 } });
    expect(events[1]).toMatchObject({ learningRate: expect.any(Number), tokensPerSecond: expect.any(Number) });
  });

  it('learns what can be learned', async () => {
    for (const lastOnly of [false, true]) {
      const model = tinyModel({ lastOnly });
      const events = await collect(train({ model, steps: 200, batchSize: 16, log: { every: 200 } }));
      const end = events.at(-1)!;
      expect(end.type === 'end' && end.evaluation!.accuracy).toBeGreaterThan(0.95);
    }
  });

  it('is the same every time, to the last bit, and another one for another seed', async () => {
    const first = await collect(train());
    expect(withoutTimings(await collect(train()))).toEqual(withoutTimings(first));
    expect(losses(await collect(train({ seed: 8 })))).not.toEqual(losses(first));
  });

  it('waits before every update for whoever holds it, and gives the same losses', async () => {
    const asked: number[] = [];
    const controller = new AbortController();
    const run = new Trainer({ ...base, model: tinyModel() }).run({
      signal: controller.signal,
      beforeStep(step) {
        asked.push(step);
        if (step !== 3 && step !== 6) return undefined;
        if (step === 6) controller.abort();
        return new Promise((resolve) => setTimeout(resolve, 5));
      },
    });
    const events = await collect(run);
    expect(asked).toEqual([1, 2, 3, 4, 5, 6]);
    expect(losses(events)).toEqual(losses(await collect(train())).slice(0, 5));
    expect(events.at(-1)).toMatchObject({ type: 'end', step: 5, reason: 'interrupted' });
  });

  it('reports accuracy and loss of the same weights', async () => {
    const model = tinyModel();
    const events = await collect(train({ model, steps: 1, optimizer: sgd({ learningRate: 1e-30 }), loss: 'all' }));
    const [step] = events.filter((event) => event.type === 'step');
    const { tokens } = countingTask.batch({ seed: 7, index: 0, batchSize: 4, window: 6 });
    expect(tokens).toHaveLength(28);
    expect(step!.loss).toBeGreaterThan(1);
    expect(Object.keys(step!.accuracyPerRule)).toEqual(['even', 'odd']);
  });

  it('keeps the number of tensors constant over 200 steps, and leaves none behind', async () => {
    const model = tinyModel();
    const before = tf.memory().numTensors;
    const counts = new Set<number>();
    for await (const event of train({ model, steps: 200, clip: 1, checkpoint: { every: 50, store: memoryStore() } })) {
      if (event.type === 'step') counts.add(tf.memory().numTensors);
    }
    expect(counts.size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives the event loop its turns', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await collect(train({ steps: 100, log: { every: 100 } }));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it('passes every event to the sinks before the caller', async () => {
    const seen: string[] = [];
    const sinks = [{ write: (event: TrainingEvent) => void seen.push(`sink ${event.type}`) }];
    for await (const event of train({ steps: 1, sinks })) seen.push(event.type);
    expect(seen).toEqual(['start', 'step', 'evaluation', 'end'].flatMap((type) => [`sink ${type}`, type]));
  });
});

describe('resuming', () => {
  it.each([adamW(), adam({ weightDecay: 0.1 }), sgd({ momentum: 0.9 })])(
    'goes on as if never stopped: $kind',
    async (optimizer) => {
      const whole = withoutTimings(await collect(train({ optimizer })));
      const store = memoryStore();
      const parts: TrainingEvent[] = [];
      for (const stopAt of [3, 11, 12, 99]) {
        const stop = new AbortController();
        for await (const event of train({ optimizer, checkpoint: { every: 5, store } }, stop.signal)) {
          parts.push(event);
          if (event.type === 'step' && event.step === stopAt) stop.abort();
        }
      }
      const relevant = ({ type }: { type: string }) => type === 'step' || type === 'evaluation';
      expect(withoutTimings(parts).filter(relevant)).toEqual(whole.filter(relevant));
      expect(parts.filter(({ type }) => type === 'end').map((event) => 'reason' in event && event.reason)).toEqual([
        'interrupted',
        'interrupted',
        'interrupted',
        'completed',
      ]);
    },
  );

  it('has nothing to do after the last step, and still tells the last evaluation', async () => {
    const store = memoryStore();
    const end = (await collect(train({ checkpoint: { store } }))).at(-1);
    const again = await collect(train({ checkpoint: { store } }));
    expect(withoutTimings(again)).toMatchObject([
      { type: 'start', step: 20, resumedFrom: 'memory:20' },
      withoutTimings([end!])[0],
    ]);
  });

  it('refuses the checkpoint of another model or optimizer, changing nothing', async () => {
    const store = memoryStore();
    await collect(train({ steps: 1, checkpoint: { store } }));
    const model = tinyModel({ window: 4, lastOnly: true });
    const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()));
    const mismatch = { code: 'SWITCHYARD_CHECKPOINT_MISMATCH' };
    await expect(collect(train({ model, checkpoint: { store } }))).rejects.toMatchObject(mismatch);
    for (const optimizer of [sgd(), adam()]) {
      await expect(collect(train({ optimizer, checkpoint: { store } }))).rejects.toMatchObject(mismatch);
    }
    expect(model.getWeights().map((weight) => Array.from(weight.dataSync()))).toEqual(weights);
  });
});

describe('a loss that is not finite', () => {
  const diverging = { optimizer: sgd({ learningRate: 1e30 }), schedule: constant(), log: { every: 100 } };

  it('stops the run with step, learning rate and the last good checkpoint', async () => {
    const store = memoryStore();
    await collect(train({ checkpoint: { store }, optimizer: sgd(), schedule: constant() }));
    const error: TrainingError = await collect(
      train({ ...diverging, steps: 40, checkpoint: { every: 1, store } }),
    ).catch((reason) => reason);
    expect(error.code).toBe('SWITCHYARD_TRAINING_NOT_FINITE');
    expect(error.message).toMatch(/at step 2\d, learning rate 1e\+30, last good checkpoint: memory:2\d: lower/);
    const last = await store.load();
    expect(error.message).toContain(last.path);
    for (const { data } of last.checkpoint!.tensors.values()) expect(data.every(Number.isFinite)).toBe(true);
  });

  it('is noticed at once where only the last update went wrong', async () => {
    const evaluation = { every: 1, batches: 1, batchSize: 4 };
    const once = { optimizer: sgd({ learningRate: 3e38 }), schedule: constant(), steps: 1 };
    await expect(collect(train({ ...once, evaluation }))).rejects.toThrow(
      /the evaluation loss is NaN at step 1, learning/,
    );
  });

  it('says so where there is no checkpoint yet, and leaves no tensor behind', async () => {
    const model = tinyModel();
    const before = tf.memory().numTensors;
    await expect(collect(train({ model, ...diverging }))).rejects.toThrow(/last good checkpoint: none/);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('options', () => {
  const refusal = (options: object) => {
    try {
      train(options);
    } catch (error) {
      return (error as TrainingError).message;
    }
    return undefined;
  };

  it.each([
    [{ steps: 0 }, /Trainer: steps: .*>=1/],
    [{ batchSize: 2.5 }, /Trainer: batchSize: .*int/],
    [{ clip: -1 }, /Trainer: clip: .*>0/],
    [{ step: 10 }, /Trainer: Unrecognized key: "step"/],
    [{ optimizer: { kind: 'adamm' } }, /Trainer: optimizer.kind/],
    [{ evaluation: { every: -1 } }, /Trainer: evaluation.every/],
  ])('%j is refused', (options, message) => {
    expect(refusal(options)).toMatch(message);
  });

  it('a model that does not fit is refused with its shape', () => {
    const input = tf.input({ shape: [3, 2] });
    const model = tf.model({ inputs: input, outputs: input });
    expect(refusal({ model })).toMatch(/takes \[\[null,3,2\]\]: training needs one int32 input/);
    const small = tf.sequential({ layers: [tf.layers.embedding({ inputShape: [6], inputDim: 5, outputDim: 4 })] });
    expect(refusal({ model: small })).toMatch(/logits for 4 tokens, task "counting" has 5/);
  });
});
