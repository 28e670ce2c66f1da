import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectSame, random } from '../../test/compare.ts';

const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
const axisOf = (shape: number[]) => fc.nat(shape.length - 1);
const integers = (shape: number[]) => random(shape, 5).mul(100).toInt();

test('transpose by every permutation, of floats and integers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 5 }).chain((shape) =>
        fc.tuple(
          fc.constant(shape),
          fc.shuffledSubarray(
            shape.map((_, axis) => axis),
            { minLength: shape.length },
          ),
        ),
      ),
      async ([shape, permutation]) =>
        expectSame(
          () => [tf.transpose(random(shape, 1), permutation), tf.transpose(integers(shape), permutation)],
          0,
          0,
        ),
    ),
    { numRuns: 100 },
  );
});

test('slices', async () => {
  const cut = shapes.chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.tuple(
        ...shape.map((size) =>
          fc.nat(size - 1).chain((begin) => fc.tuple(fc.constant(begin), fc.integer({ min: -1, max: size - begin }))),
        ),
      ),
    ),
  );
  await fc.assert(
    fc.asyncProperty(cut, async ([shape, ranges]) => {
      const begin = ranges.map(([start]) => start);
      const size = ranges.map(([, length]) => length);
      await expectSame(() => [tf.slice(random(shape, 1), begin, size), tf.slice(integers(shape), begin, size)], 0, 0);
    }),
    { numRuns: 100 },
  );
});

test('concat, stack, unstack and split along every axis', async () => {
  await fc.assert(
    fc.asyncProperty(
      shapes.chain((shape) =>
        fc.tuple(fc.constant(shape), axisOf(shape), fc.integer({ min: 1, max: 3 }), fc.boolean()),
      ),
      async ([shape, axis, count, int]) => {
        const part = (size: number, seed: number) =>
          int ? integers(shape.with(axis, size)) : random(shape.with(axis, size), seed);
        await expectSame(
          () =>
            tf.concat(
              Array.from({ length: count }, (_, i) => part(i + 1, i)),
              axis,
            ),
          0,
          0,
        );
        await expectSame(
          () =>
            tf.stack(
              Array.from({ length: count }, (_, i) => part(2, i)),
              axis,
            ),
          0,
          0,
        );
        await expectSame(() => tf.unstack(part(3, 1), axis), 0, 0);
        await expectSame(() => tf.split(part(6, 1), [1, 2, 3], axis), 0, 0);
      },
    ),
    { numRuns: 60 },
  );
  await expectSame(
    () => tf.concat([tf.zeros([2, 0]), random([2, 3], 1), tf.zeros([2, 0]), random([2, 1], 2)], 1),
    0,
    0,
  );
});

test('pad, tile, broadcast and fill', async () => {
  await fc.assert(
    fc.asyncProperty(
      shapes.chain((shape) =>
        fc.tuple(
          fc.constant(shape),
          fc.tuple(...shape.map(() => fc.tuple(fc.nat(3), fc.nat(3)))),
          fc.tuple(...shape.map(() => fc.nat(3))),
        ),
      ),
      async ([shape, paddings, repeats]) => {
        await expectSame(
          () => [
            tf.pad(random(shape, 1), paddings, 1.5),
            tf.pad(integers(shape), paddings, 2),
            tf.pad(integers(shape), paddings),
          ],
          0,
          0,
        );
        await expectSame(() => [tf.tile(random(shape, 1), repeats), tf.tile(integers(shape), repeats)], 0, 0);
        await expectSame(() => tf.broadcastTo(random(shape, 1), [2, ...shape]), 0, 0);
      },
    ),
    { numRuns: 60 },
  );
  await expectSame(
    () => [
      tf.fill([2, 3], 1.5),
      tf.fill([5], 7, 'int32'),
      tf.zeros([3]),
      tf.ones([2, 2]),
      tf.zerosLike(random([3], 1)),
      tf.onesLike(random([4, 1], 1)),
      tf.onesLike(integers([3])),
      tf.zerosLike(tf.tensor1d([true], 'bool')),
    ],
    0,
    0,
  );
});

test('gather, its gradient and one-hot', async () => {
  await fc.assert(
    fc.asyncProperty(
      shapes.chain((shape) =>
        axisOf(shape).chain((axis) =>
          fc.tuple(
            fc.constant(shape),
            fc.constant(axis),
            fc.array(fc.nat(shape[axis]! - 1), { minLength: 1, maxLength: 12 }),
          ),
        ),
      ),
      async ([shape, axis, indices]) => {
        await expectSame(
          () => [
            tf.gather(random(shape, 1), tf.tensor1d(indices, 'int32'), axis),
            tf.gather(integers(shape), tf.tensor1d(indices, 'int32'), axis),
          ],
          0,
          0,
        );
        await expectSame(() =>
          tf.grad((x) => tf.gather(x, tf.tensor1d(indices, 'int32'), axis).square().sum() as tf.Scalar)(
            random(shape, 1),
          ),
        );
      },
    ),
    { numRuns: 60 },
  );
  await expectSame(() => tf.gather(random([5, 3], 1), tf.tensor2d([0, 4, 2, 2], [2, 2], 'int32')), 0, 0);
  await expectSame(() => tf.unsortedSegmentSum(random([6, 5], 1), tf.tensor1d([0, 2, 2, 0, -1, 7], 'int32'), 3));
  await expectSame(
    () => [
      tf.oneHot(tf.tensor1d([0, 3, -1, 9], 'int32'), 5),
      tf.oneHot(tf.tensor1d([0, 3, -1, 9], 'int32'), 5, 2, -1, 'float32'),
    ],
    0,
    0,
  );
  expect(() => tf.gather(random([5, 3], 1), tf.tensor1d([5], 'int32'))).toThrow(/index value 5 is not in \[0, 4\]/);
});
