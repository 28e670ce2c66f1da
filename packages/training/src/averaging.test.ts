import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { collect, countingTask, tinyModel } from '../test/tiny.ts';
import { moveAverages, withAverages } from './averaging.ts';
import { type Checkpoint, type CheckpointStore, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { Trainer } from './trainer.ts';
import { restoreModel } from './training-state.ts';

beforeAll(() => tf.setBackend('cpu'));

const values = (tensors: readonly tf.Tensor[]) => tensors.flatMap((tensor) => [...tensor.dataSync()]);

test('a ← a + (1 − d)(w − a) with d = min(decay, t ÷ (t + 9))', () => {
  const average = tf.variable(tf.tensor1d([1, -2]));
  const weight = tf.variable(tf.tensor1d([3, 4]));
  const expected = [1, -2];
  for (const step of [1, 2, 3, 100]) {
    moveAverages([average], [weight], 0.75, tf.scalar(step));
    const decay = Math.min(0.75, step / (step + 9));
    for (const [index, w] of [3, 4].entries()) expected[index]! += (1 - decay) * (w - expected[index]!);
    expect(values([average])[0]).toBeCloseTo(expected[0]!, 5);
    expect(values([average])[1]).toBeCloseTo(expected[1]!, 5);
  }
});

test('the averages stand in for the weights during the work only, whatever becomes of it', async () => {
  const average = tf.variable(tf.tensor1d([1]));
  const weight = tf.variable(tf.tensor1d([2]));
  const before = tf.memory().numTensors;
  expect(await withAverages([weight], [average], async () => values([weight, average]))).toEqual([1, 1]);
  expect(values([weight, average])).toEqual([2, 1]);
  await expect(withAverages([weight], [average], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(values([weight, average])).toEqual([2, 1]);
  expect(tf.memory().numTensors).toBe(before);
});

/** Keeps the newest checkpoint as a file would. */
function memoryStore(): CheckpointStore & { newest?: Checkpoint } {
  return {
    async load() {
      return { warnings: [], ...(this.newest && { checkpoint: this.newest, path: 'memory' }) };
    },
    async save(checkpoint) {
      this.newest = decodeCheckpoint(encodeCheckpoint(checkpoint));
      return 'memory';
    },
  };
}

const options = { task: countingTask, batchSize: 4, seed: 7, evaluation: { every: 5, batches: 1, batchSize: 16 } };

test('averages are part of checkpoints: a run resumes with them bit for bit, and what reads it takes them', async () => {
  const train = (store: CheckpointStore, signal?: AbortSignal) =>
    new Trainer({ ...options, model: tinyModel(), steps: 20, averaging: 0.9, checkpoint: { store } }).run(
      signal && { signal },
    );
  const whole = memoryStore();
  const events = await collect(train(whole));

  const resumed = memoryStore();
  const stop = new AbortController();
  for await (const event of train(resumed, stop.signal)) if (event.type === 'evaluation') stop.abort();
  expect(resumed.newest!.step).toBe(5);
  const rest = await collect(train(resumed));
  expect(resumed.newest!.tensors).toEqual(whole.newest!.tensors);
  expect(rest.at(-1)).toMatchObject({ evaluation: (events.at(-1) as { evaluation: unknown }).evaluation });

  const names = [...whole.newest!.tensors.keys()];
  expect(names.filter((name) => name.startsWith('average/'))).toHaveLength(5);
  const model = tinyModel();
  restoreModel(model, whole.newest!);
  const average = [...whole.newest!.tensors].filter(([name]) => name.startsWith('average/'));
  expect(values(model.getWeights())).toEqual(average.flatMap(([, { data }]) => [...data]));
});

test('averaging does not touch the training of the weights', async () => {
  const losses = async (averaging?: number) => {
    const trainer = new Trainer({ ...options, model: tinyModel(), steps: 10, log: { every: 1 }, averaging });
    const events = await collect(trainer.run());
    return events.flatMap((event) => (event.type === 'step' ? [event.loss] : []));
  };
  expect(await losses(0.9)).toEqual(await losses());
});
