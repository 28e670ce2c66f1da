import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { test } from 'vitest';
import { anyFloat, broadcastShapes, expectSame, random } from '../../test/compare.ts';

const arithmetic = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
};
const comparisons = {
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
};

test.each(Object.entries({ ...arithmetic, ...comparisons }))('%s broadcasts as on cpu', async (_, f) => {
  await fc.assert(
    fc.asyncProperty(broadcastShapes, async ([a, b]) => expectSame(() => f(random(a, 1), random(b, 2)), 4e-7, 1e-45)),
    { numRuns: 60 },
  );
});

test.each(Object.entries({ ...arithmetic, ...comparisons }))(
  '%s is the cpu backend’s for every pair of floats',
  async (_, f) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyFloat, anyFloat), { minLength: 1, maxLength: 30 }), async (pairs) => {
        await expectSame(
          () => f(tf.tensor1d(pairs.map(([a]) => a)), tf.tensor1d(pairs.map(([, b]) => b))),
          4e-7,
          1e-45,
        );
      }),
      { numRuns: 40 },
    );
  },
);

test.each(Object.entries({ ...arithmetic, ...comparisons }))('%s of integers and of mixed dtypes', async (_, f) => {
  await expectSame(() => [
    f(tf.tensor1d([1, -2, 7, 4, 5], 'int32'), tf.tensor1d([3, -2, 2, 4, -5], 'int32')),
    f(tf.tensor1d([1, -2, 3], 'int32'), tf.scalar(1.5)),
    f(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'), tf.tensor1d([2, 3], 'int32')),
    f(tf.tensor1d([2 ** 31 - 1, -(2 ** 31), 65_537], 'int32'), tf.tensor1d([7, -7, 65_537], 'int32')),
  ]);
});

test('five dimensions that do not fuse go to the cpu backend', async () => {
  await expectSame(() => [
    tf.add(random([2, 1, 2, 1, 2, 1], 1), random([1, 3, 1, 3, 1, 3], 2)),
    tf.less(random([2, 1, 2, 1, 2], 1), random([1, 3, 1, 3, 1], 2)),
  ]);
});

test('addN, select and casts', async () => {
  await expectSame(() => [
    tf.addN([random([3, 5], 1), random([3, 5], 2), random([3, 5], 3)]),
    tf.addN([random([7], 1)]),
    tf.addN([tf.tensor1d([1, 2], 'int32'), tf.tensor1d([3, 4], 'int32')]),
    tf.where(tf.tensor1d([true, false, true, true, false], 'bool'), random([5], 1), random([5], 2)),
    tf.where(random([2, 3, 1], 3).greater(0), random([2, 3, 4], 1), tf.scalar(-1)),
    tf.cast(tf.tensor1d([1, -2, 3, 4, 5], 'int32'), 'float32').mul(0.5),
    tf.cast(tf.tensor1d([true, false, true], 'bool'), 'float32').mul(0.5),
    tf.cast(tf.tensor1d([true, false, true], 'bool'), 'int32'),
    tf.cast(tf.tensor1d([1.7, -1.7, 0]), 'int32'),
    tf.cast(tf.tensor1d([1.7, -1.7, 0]), 'bool'),
  ]);
});
