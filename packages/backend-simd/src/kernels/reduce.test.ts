import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyFloat, expectSame, random, runOn } from '../../test/compare.ts';

const reductions = { sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min };

const problem = fc
  .array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })
  .chain((shape) => fc.tuple(fc.constant(shape), fc.subarray(shape.map((_, axis) => axis)), fc.boolean()));

test.each(Object.entries(reductions))('%s over any axes', async (_, f) => {
  await fc.assert(
    fc.asyncProperty(problem, async ([shape, axes, keepDims]) =>
      expectSame(() => f(random(shape, 1), axes, keepDims), 1e-5, 1e-5),
    ),
    { numRuns: 100 },
  );
});

test.each(Object.entries(reductions))('%s of NaN and infinities, along rows and columns', async (_, f) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.float({ min: -100, max: 100, noNaN: true }), fc.constantFrom(NaN, Infinity, -Infinity)), {
        minLength: 1,
        maxLength: 30,
      }),
      async (values) => {
        await expectSame(
          () => [
            f(tf.tensor1d(values)),
            f(tf.tensor2d(values, [values.length, 1]).tile([1, 5]), 0),
            f(tf.tensor2d(values, [1, values.length]), 1),
          ],
          1e-5,
          1e-4,
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('argMax: the first of the largest, among ties, infinities and NaN, along any axis', async () => {
  const value = fc.oneof(anyFloat, fc.integer({ min: 0, max: 3 }));
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 40 }), async (values) => {
      await expectSame(() => [
        tf.argMax(tf.tensor1d(values)),
        tf.argMax(tf.tensor2d([values, values.toReversed()]), 1),
      ]);
    }),
    { numRuns: 60 },
  );
  await expectSame(() => [
    tf.argMax(random([3, 4, 5], 1), 1),
    tf.argMax(tf.tensor1d([1, 3, 3], 'int32')),
    tf.argMax(random([2100, 23], 1), 1),
  ]);
});

test('long sums keep their digits', async () => {
  const [all, rows, columns] = await runOn('simd', () => {
    const x = tf.fill([3_000, 400], 0.1);
    return [x.sum(), x.sum(0), x.reshape([400, 3_000]).sum(1)];
  });
  expect(Math.abs(all!.values[0]! / 120_000 - 1)).toBeLessThan(2e-6);
  for (const value of [...Array.from(rows!.values), ...Array.from(columns!.values)])
    expect(Math.abs(value / 300 - 1)).toBeLessThan(2e-6);
});

test('empty tensors and integers', async () => {
  await expectSame(() => [
    tf.sum(tf.zeros([0, 3]), 0),
    tf.sum(tf.tensor1d([1, 2, 3], 'int32')),
    tf.mean(tf.tensor1d([1, 2], 'int32')),
    tf.sum(tf.tensor1d([true, true], 'bool')),
    tf.max(tf.tensor1d([4, 9, -1], 'int32')),
  ]);
});

test('softmax: rows of every length, large logits, infinities, NaN', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 21 }),
      async (rows, values) => {
        await expectSame(
          () =>
            tf.softmax(
              tf
                .tensor2d(values, [1, values.length])
                .tile([rows, 1])
                .mul(random([rows, 1], 3)),
            ),
          1e-5,
          1e-7,
        );
      },
    ),
    { numRuns: 60 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyFloat, { minLength: 1, maxLength: 9 }), async (values) => {
      await expectSame(() => tf.softmax(tf.tensor1d(values)), 1e-5, 1e-6);
    }),
    { numRuns: 60 },
  );
});

test('gradients of a softmax and of means', async () => {
  await expectSame(() => tf.grad((x) => tf.softmax(x).square().sum() as tf.Scalar)(random([4, 7], 1)));
  await expectSame(() => tf.grad((x) => x.square().mean([0, 2]).square().sum() as tf.Scalar)(random([4, 7, 3], 1)));
});
