import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { longShortTermMemory } from './long-short-term-memory.ts';
import { lstmLayer } from './lstm-layer.ts';

beforeAll(async () => {
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
