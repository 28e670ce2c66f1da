import '@switchyard/backend-simd';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { expectClose } from '../test/fixtures.ts';
import { longShortTermMemory } from './long-short-term-memory.ts';
import { lstmLayer } from './lstm-layer.ts';
import { embedTokens } from './token-embedding.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

test('the layer is the function on its weights', () => {
  const layer = lstmLayer({ units: 3, seed: 1, name: 'lstm-0' });
  const x = tf.randomNormal<tf.Rank.R3>([2, 4, 5], 0, 1, 'float32', 1);
  const y = layer.apply(x) as tf.Tensor;
  const [kernel, recurrent, bias] = layer.getWeights() as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
  expect(y.shape).toEqual([2, 4, 3]);
  expect(layer.computeOutputShape([null, 4, 5])).toEqual([null, 4, 3]);
  expect(y.dataSync()).toEqual(longShortTermMemory(x, kernel, recurrent, bias).outputs.dataSync());
});

test('kernels start uniform within 1/√units, the bias at 0 but for the forget gate', () => {
  const layer = lstmLayer({ units: 4, seed: 1, name: 'lstm-0' });
  layer.build([null, 7, 6]);
  const [kernel, recurrent, bias] = layer.getWeights();
  expect([kernel!.shape, recurrent!.shape]).toEqual([
    [6, 16],
    [4, 16],
  ]);
  for (const weight of [kernel!, recurrent!]) {
    const largest = tf.max(tf.abs(weight)).dataSync()[0]!;
    expect(largest).toBeGreaterThan(0.4);
    expect(largest).toBeLessThanOrEqual(0.5);
  }
  expect(Array.from(bias!.dataSync())).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
});

describe.each(['cpu', 'simd'])('on %s', (backend) => {
  const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);
  const tokens = () => tf.tensor2d([0, 3, 2, 3, 1, 9, 2, 2], [2, 4], 'int32'); // 9: unknown, a vector of zeros

  /** Hidden states of a layer on `inputs(table)`, and their gradients for the table and its weights. */
  function run(oneHot: number | undefined, table: tf.Tensor, inputs: (table: tf.Tensor) => tf.Tensor | tf.Tensor[]) {
    const layer = lstmLayer({ units: 3, seed: 1, name: 'lstm-0', oneHot });
    const y = layer.apply(inputs(table)) as tf.Tensor;
    const variables = [tf.variable(table), ...layer.weights.map((weight) => weight.read() as tf.Variable)];
    const loss = () => tf.sum(tf.mul(layer.apply(inputs(variables[0]!)) as tf.Tensor, normal(y.shape, 1)));
    const { grads } = tf.variableGrads(loss as () => tf.Scalar, variables);
    return [y, ...variables.map(({ name }) => grads[name])];
  }

  beforeEach(async () => {
    await tf.setBackend(backend);
  });

  test('tokens and their table are the vectors of the tokens', () => {
    const vectors = run(undefined, normal([4, 5], 2), (table) => embedTokens(tokens(), table as tf.Tensor2D));
    const looked = run(undefined, normal([4, 5], 2), (table) => [tokens(), table]);
    for (const [index, value] of vectors.entries()) expectClose(looked[index]!, value!, 1e-6);
  });

  test('tokens alone are one-hot vectors', () => {
    const vectors = run(undefined, tf.eye(4), (table) => embedTokens(tokens(), table as tf.Tensor2D));
    const ids = run(4, tf.eye(4), () => tokens());
    for (const [index, value] of ids.entries()) if (value) expectClose(value, vectors[index]!, 1e-6);
    expect(ids.map((value) => value?.shape)).toEqual([[2, 4, 3], undefined, [4, 12], [3, 12], [12]]);
  });
});

test('and bit for bit: the same sums in the same order', () => {
  const tokens = tf.tensor2d([0, 3, 2, 3, 1, 0], [2, 3], 'int32');
  const table = tf.randomNormal<tf.Rank.R2>([4, 50], 0, 1, 'float32', 1);
  const layer = lstmLayer({ units: 3, seed: 1, name: 'lstm-0' });
  const [vectors, looked] = [embedTokens(tokens, table), [tokens, table]].map((x) => layer.apply(x) as tf.Tensor);
  expect(looked!.dataSync()).toEqual(vectors!.dataSync());
});
