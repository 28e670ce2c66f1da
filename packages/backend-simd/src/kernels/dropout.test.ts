import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random, runOn } from '../../test/compare.ts';
import { run } from '../../test/naive.ts';

// That the masks are the numbers of @switchyard/random, bit for bit, is tested in @switchyard/models, which may import both.

/** The key of createStream(5).fork('dropout', 'x'). */
const key = [10086501, 101169537, 378881995, 602477385];

const dropout = (x: tf.Tensor, step: number, rate: number, words = key) =>
  run('SwitchyardDropout', [x, tf.scalar(step)], { rate, key: words })[0]!;

/** 1 where an element is kept. */
async function kept(size: number, step: number, rate: number, words = key): Promise<number[]> {
  const [mask] = await runOn('simd', () =>
    tf.cast(tf.notEqual(dropout(tf.ones([size]), step, rate, words), 0), 'float32'),
  );
  return Array.from(mask!.values);
}

test('pinned: element i is kept where word i of the stream’s child is at least ⌊rate · 2³²⌋', async () => {
  const words = [198013888, 110765989, 1336254083, 1480702366, 1249653112, 1115052150, 2231216036, 1984463275];
  for (const rate of [0, 0.1, 0.3, 0.5, 0.9]) {
    expect(await kept(8, 7, rate)).toEqual(words.map((word) => (word >= rate * 2 ** 32 ? 1 : 0)));
  }
});

test('what is kept is divided by the share kept, in the value and in the gradient alike', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 4 }),
      fc.nat(2 ** 24 - 1),
      fc.float({ min: 0, max: Math.fround(0.99), noNaN: true }),
      async (shape, step, rate) => {
        const mask = (await kept(tf.util.sizeFromShape(shape), step, rate)).map(
          (on) => on * Math.fround(1 / (1 - rate)),
        );
        const [x, dy, y, dx] = await runOn('simd', () => {
          const inputs: [tf.Tensor, tf.Tensor] = [random(shape, 1), random(shape, 2)];
          return [...inputs, dropout(inputs[0], step, rate), tf.grad((at) => dropout(at, step, rate))(...inputs)];
        });
        expect(Array.from(y!.values)).toEqual(mask.map((factor, i) => Math.fround(x!.values[i]! * factor)));
        expect(Array.from(dx!.values)).toEqual(mask.map((factor, i) => Math.fround(dy!.values[i]! * factor)));
      },
    ),
    { numRuns: 40 },
  );
});

test('a mask depends on nothing but key, step and element', async () => {
  const long = await kept(10_007, 3, 0.4);
  for (const size of [1, 3, 4, 17, 4095, 4096, 4097, 9001])
    expect(await kept(size, 3, 0.4)).toEqual(long.slice(0, size));
  const agree = (other: number[]) => other.filter((on, i) => on === long[i]).length / long.length;
  // Independent masks agree on 0.6² + 0.4² of the elements, 0.005 is their standard deviation.
  expect(agree(await kept(10_007, 4, 0.4))).toBeCloseTo(0.52, 1);
  for (const i of [0, 1, 2, 3]) {
    const changed = key.with(i, key[i]! ^ 1);
    expect(agree(await kept(10_007, 3, 0.4, changed))).toBeCloseTo(0.52, 1);
  }
});

test('the share kept lies within four standard deviations of 1 − rate, at every place within a vector', async () => {
  for (const rate of [0.05, 0.5, 0.9]) {
    const masks = await kept(160_000, 11, rate);
    for (const place of Array.from({ length: 16 }, (_, i) => i)) {
      const column = masks.filter((_, i) => i % 16 === place);
      const share = column.reduce((sum, on) => sum + on) / column.length;
      expect(Math.abs(share - (1 - rate))).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / column.length));
    }
  }
});

test('the second result is the next step, 0 after 2²⁴ − 1', async () => {
  const results = await runOn('simd', () =>
    [0, 41, 2 ** 24 - 1].map(
      (step) => run('SwitchyardDropout', [tf.ones([3]), tf.scalar(step)], { rate: 0.5, key })[1]!,
    ),
  );
  expect(results.map(({ values }) => values[0])).toEqual([1, 42, 0]);
});

test('NaN stays; inputs that do not fit are named', async () => {
  const [y] = await runOn('simd', () => dropout(tf.fill([64], NaN), 1, 0.5));
  expect(Array.from(y!.values)).toEqual(new Array(64).fill(NaN));
  expect(() => run('SwitchyardDropout', [tf.ones([2]), tf.ones([2])], { rate: 0.5, key })).toThrow(
    'SwitchyardDropout got float32[2] float32[2]; it takes x and a scalar step, a rate in [0, 1) and a key of four words.',
  );
  expect(() => dropout(tf.ones([2]), 0, 1)).toThrow('a rate in [0, 1)');
});
