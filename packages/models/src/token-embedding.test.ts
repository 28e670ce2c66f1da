import '@switchyard/backend-simd';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { embedTokens, tokenEmbedding } from './token-embedding.ts';

const table = () =>
  tf.tensor2d([
    [1, 2, 3],
    [4, 5, 6],
  ]);

describe.each(['cpu', 'simd'])('on %s', (backend) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
  });

  test('every token becomes its row, an unknown one zeros', () => {
    const tokens = tf.tensor2d([1, 0, 2, -1], [2, 2], 'int32');
    expect(embedTokens(tokens, table()).arraySync()).toEqual([
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    ]);
    expect(Array.from(embedTokens(tf.tensor1d([1, 0]), table()).dataSync())).toEqual([4, 5, 6, 1, 2, 3]);
  });

  test('the gradient of a row is the sum over its tokens', () => {
    const tokens = tf.tensor1d([1, 1, 7], 'int32');
    const dy = tf.tensor2d([1, 10, 100, 2, 20, 200, 3, 30, 300], [3, 3]);
    const gradient = tf.grad((x) => embedTokens(tokens, x as tf.Tensor2D))(table(), dy);
    expect(gradient.arraySync()).toEqual([
      [0, 0, 0],
      [3, 30, 300],
    ]);
  });

  test('the layer gives rows of its kernel, or the kernel itself', () => {
    const options = { vocabulary: 5, units: 3, seed: 1, name: 'embedding' };
    const [rows, whole] = [tokenEmbedding(options), tokenEmbedding({ ...options, output: 'table' })];
    const tokens = tf.tensor2d([0, 1, 2, 3, 4, 0], [2, 3], 'int32');
    const y = rows.apply(tokens) as tf.Tensor;
    expect(y.shape).toEqual([2, 3, 3]);
    expect(rows.computeOutputShape([null, 3])).toEqual([null, 3, 3]);
    expect(Array.from(y.dataSync()).slice(0, 15)).toEqual(Array.from(rows.getWeights()[0]!.dataSync()));
    const kernel = whole.apply(tokens) as tf.Tensor;
    expect(kernel.arraySync()).toEqual(rows.getWeights()[0]!.arraySync());
    expect(whole.computeOutputShape([null, 3])).toEqual([5, 3]);
    kernel.dispose();
    expect(whole.getWeights()[0]!.isDisposed).toBe(false);
  });
});
