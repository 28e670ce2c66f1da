import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectSame, random } from '../../test/compare.ts';

type Sizes = readonly [batch: number, height: number, width: number, channels: number];
type Filter = readonly [height: number, width: number, channels: number, filters: number];

interface Options {
  strides?: number | [number, number];
  pad?: 'same' | 'valid' | number;
  dilations?: number | [number, number];
}

/** The convolution, and its gradients for image and filter where tfjs has them (not with dilations). */
function convolved(x: Sizes, filter: Filter, { strides = 1, pad = 'same', dilations = 1 }: Options): tf.Tensor[] {
  const inputs = [random([...x], 1), random([...filter], 2)] as [tf.Tensor4D, tf.Tensor4D];
  const f = (image: tf.Tensor4D, weights: tf.Tensor4D) => tf.conv2d(image, weights, strides, pad, 'NHWC', dilations);
  const y = f(...inputs);
  if (![dilations].flat().every((dilation) => dilation === 1)) return [y];
  return [
    y,
    ...tf.grads((image, weights) => f(image as tf.Tensor4D, weights as tf.Tensor4D))(inputs, random(y.shape, 3)),
  ];
}

describe('conv2d and its gradients are the cpu backend’s', () => {
  test.each<[string, Sizes, Filter, Options]>([
    ['3 × 3, same, one channel', [2, 7, 5, 1], [3, 3, 1, 1], {}],
    ['3 × 3, same, three channels', [3, 8, 9, 3], [3, 3, 3, 3], {}],
    ['3 × 3 on an image smaller than the filter', [2, 1, 2, 2], [3, 3, 2, 5], {}],
    ['patches', [3, 12, 8, 2], [4, 4, 2, 9], { strides: 4, pad: 'valid' }],
    ['one pixel', [1, 1, 1, 1], [1, 1, 1, 1], {}],
    ['uneven strides and a wide filter', [2, 9, 11, 3], [2, 5, 3, 4], { strides: [2, 3], pad: 2 }],
    ['dilations', [2, 9, 11, 3], [3, 2, 3, 4], { dilations: [2, 3] }],
    ['more patches than working memory holds', [2, 20, 33, 40], [3, 3, 40, 17], {}],
    ['many images', [40, 14, 14, 2], [3, 3, 2, 3], {}],
  ])('%s', async (_, x, filter, options) => {
    await expectSame(() => convolved(x, filter, options), 1e-4, 2e-5);
  });

  test('of any sizes', async () => {
    const size = fc.integer({ min: 1, max: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(size, size, size, size),
        fc.tuple(size, size, size),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('same', 'valid'),
        async ([batch, height, width, channels], [filterHeight, filterWidth, filters], strides, pad) => {
          fc.pre(pad === 'same' || (filterHeight <= height && filterWidth <= width));
          const filter = [filterHeight, filterWidth, channels, filters] as const;
          await expectSame(() => convolved([batch, height, width, channels], filter, { strides, pad }), 1e-4, 1e-5);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a convolution with bias and activation', () => {
  test.each(['linear', 'relu', 'sigmoid'] as const)('%s', async (activation) => {
    await expectSame(
      () => {
        const [x, filter] = [random([2, 6, 5, 3], 1), random([3, 3, 3, 5], 2)] as [tf.Tensor4D, tf.Tensor4D];
        const f = (bias: tf.Tensor): tf.Tensor =>
          tf.fused.conv2d({
            x,
            filter,
            strides: 1,
            pad: 'same',
            bias: bias as tf.Tensor1D,
            ...(activation !== 'linear' && { activation }),
          });
        const bias = random([5], 4);
        if (activation === 'sigmoid') return f(bias);
        return [f(bias), tf.grad(f)(bias, random([2, 6, 5, 5], 5))];
      },
      1e-4,
      1e-5,
    );
  });
});

test('a transposed convolution, also to a size that its input does not come from', async () => {
  await expectSame(() => {
    const [x, filter] = [random([2, 6, 6, 3], 1), random([3, 3, 4, 3], 2)] as [tf.Tensor4D, tf.Tensor4D];
    return [
      tf.conv2dTranspose(x, filter, [2, 12, 12, 4], 2, 'same'),
      tf.conv2dTranspose(x, filter, [2, 3, 3, 4], 1, 'same'),
    ];
  }, 1e-4);
});

test('no images are no result', async () => {
  await tf.setBackend('simd');
  expect(tf.conv2d(tf.zeros<tf.Rank.R4>([0, 4, 4, 1]), tf.zeros<tf.Rank.R4>([3, 3, 1, 2]), 1, 'same').shape).toEqual([
    0, 4, 4, 2,
  ]);
});
