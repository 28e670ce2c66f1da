import '@switchyard/backend-simd';
import { linear } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { expectClose } from '../test/fixtures.ts';
import { tokenDense, tokenLinear } from './token-dense.ts';

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

describe.each(['cpu', 'simd'])('on %s', (backend) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
  });

  test('one row of the kernel is added for every position, none for an unknown token', () => {
    const kernel = tf.tensor2d([1, 2, 10, 20], [4, 1]); // positions 0 and 1, each with tokens 0 and 1
    const tokens = tf.tensor2d([0, 0, 0, 1, 1, 0, 1, 2], [4, 2], 'int32');
    const y = tokenLinear(tokens, kernel, tf.tensor1d([100]), 'linear');
    expect(Array.from(y.dataSync())).toEqual([111, 121, 112, 102]);
  });

  test.each(['linear', 'relu'] as const)('values and gradients are those of the dense layer, %s', (activation) => {
    const tokens = tf.tensor2d([0, 4, 2, 1, 1, 3, 3, 3, 0], [3, 3], 'int32');
    const weights = [normal([15, 7], 1), normal([7], 2)];
    const rows = tf.reshape<tf.Rank.R2>(tf.oneHot(tokens, 5, 1, 0, 'float32'), [3, 15]);
    const [fused, naive] = [
      (kernel: tf.Tensor, bias: tf.Tensor) =>
        tokenLinear(tokens, kernel as tf.Tensor2D, bias as tf.Tensor1D, activation),
      (kernel: tf.Tensor, bias: tf.Tensor) => linear(rows, kernel as tf.Tensor2D, bias as tf.Tensor1D, activation),
    ].map((f) => [f(weights[0]!, weights[1]!), ...tf.grads(f)(weights, normal([3, 7], 3))]);
    for (const [index, value] of naive!.entries()) expectClose(fused![index]!, value, 1e-6);
  });
});

test('the layer is the function on its weights', () => {
  const layer = tokenDense({ vocabulary: 5, units: 4, activation: 'relu', seed: 1, name: 'hidden-0' });
  const tokens = tf.tensor2d([0, 4, 2, 1, 1, 3], [2, 3], 'int32');
  const y = layer.apply(tokens) as tf.Tensor;
  const [kernel, bias] = layer.getWeights() as [tf.Tensor2D, tf.Tensor1D];
  expect([kernel.shape, bias.shape, y.shape]).toEqual([[15, 4], [4], [2, 4]]);
  expect(layer.computeOutputShape([null, 3])).toEqual([null, 4]);
  expect(y.dataSync()).toEqual(tokenLinear(tokens, kernel, bias, 'relu').dataSync());
});
