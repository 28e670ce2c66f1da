import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { oneHot } from './one-hot.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('a token becomes its unit vector, with a tail of zeros when depth exceeds the vocabulary', () => {
  const layer = oneHot({ depth: 4, name: 'one-hot' });
  const y = layer.apply(tf.tensor2d([[0, 2]], [1, 2], 'int32')) as tf.Tensor3D;
  expect(y.arraySync()).toEqual([
    [
      [1, 0, 0, 0],
      [0, 0, 1, 0],
    ],
  ]);
  expect(y.dtype).toBe('float32');
  expect((layer.apply(tf.tensor2d([[0, 2]])) as tf.Tensor).dataSync()).toEqual(y.dataSync());
  expect(layer.countParams()).toBe(0);
});
