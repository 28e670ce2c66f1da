import { createStream } from '@switchyard/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signFlipTest, smallestP } from './sign-flip.ts';

test('by hand: three differences have eight sums', () => {
  // ±1 ±2 ±4: 7, 5, 3, 1, −1, −3, −5, −7; seen: 1 + 2 − 4 = −1 and 4 + 2 − 1 = 5.
  expect(signFlipTest([1, 2, -4], 'greater').p).toBe(5 / 8);
  expect(signFlipTest([1, 2, -4], 'less').p).toBe(4 / 8);
  expect(signFlipTest([4, 2, -1], 'greater').p).toBe(2 / 8);
  expect(signFlipTest([4, 2, -1], 'different').p).toBe(4 / 8);
});

test("Darwin's maize, 15 pairs, as Fisher counted it: 863 of 32768 assignments in each tail", () => {
  // Fisher, The Design of Experiments, 21: differences in eighths of an inch.
  const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
  const drawn = signFlipTest(maize, 'greater');
  expect(drawn.exact).toBe(false);
  expect(Math.abs(drawn.p - 863 / 32768)).toBeLessThan(0.005);
});

test('five seeds cannot get below 1/32, two-sided 1/16', () => {
  expect(signFlipTest([5, 4, 3, 2, 1], 'greater')).toEqual({ p: 1 / 32, smallest: 1 / 32, exact: true });
  expect(signFlipTest([5, 4, 3, 2, 1], 'different')).toEqual({ p: 1 / 16, smallest: 1 / 16, exact: true });
  expect(smallestP(12, 'less')).toBe(1 / 4096);
  expect(smallestP(13, 'less')).toBe(1 / 10000);
});

test('equal differences give equal sums whatever the rounding', () => {
  // 0.1 + 0.1 + 0.1 − 0.1 is summed in four orders, with different last bits.
  expect(signFlipTest([0.1, 0.1, 0.1, -0.1], 'greater').p).toBe(5 / 16);
  expect(signFlipTest([0, 0, 0], 'greater').p).toBe(1);
});

const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });

test('it mirrors, does not know scales or order, and never passes its smallest p', () => {
  fc.assert(
    fc.property(differences, (values) => {
      const { p, smallest } = signFlipTest(values, 'greater');
      expect(p).toBeGreaterThanOrEqual(smallest);
      expect(signFlipTest(values.map((value) => -value).reverse(), 'less').p).toBe(p);
      expect(
        signFlipTest(
          values.map((value) => value * 4),
          'greater',
        ).p,
      ).toBe(p);
      expect(signFlipTest(values, 'different').p).toBeLessThanOrEqual(
        2 * Math.min(p, signFlipTest(values, 'less').p) + 1e-12,
      );
    }),
  );
});

test.each([8, 14])('symmetric differences are called significant at most as often as the level says: %i', (count) => {
  const stream = createStream('null').fork(count);
  const tests = count === 8 ? 2000 : 300;
  let rejected = 0;
  for (let k = 0; k < tests; k++) {
    const sample = Array.from(stream.fill(new Float32Array(count), 'normal'));
    if (signFlipTest(sample, 'different').p <= 0.05) rejected++;
  }
  const error = Math.sqrt((0.05 * 0.95) / tests);
  expect(rejected / tests).toBeLessThan(0.05 + 3 * error);
  expect(rejected / tests).toBeGreaterThan(0.05 - 3 * error - 2 ** (1 - count));
});
