import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilsonInterval } from './wilson.ts';

test('known values (Newcombe 1998, 81 of 263 and 15 of 148)', () => {
  const rounded = (proportion: number, trials: number) =>
    wilsonInterval(proportion, trials).map((bound) => bound.toFixed(4));
  expect(rounded(81 / 263, 263)).toEqual(['0.2553', '0.3662']);
  expect(rounded(15 / 148, 148)).toEqual(['0.0624', '0.1605']);
});

test('stays inside [0, 1], holds the proportion, and its ends solve (p − p̂)² = z²·p(1 − p)/n', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, share) => {
      const proportion = Math.round(share * trials) / trials;
      const interval = wilsonInterval(proportion, trials);
      expect(interval[0]).toBeGreaterThanOrEqual(0);
      expect(interval[1]).toBeLessThanOrEqual(1);
      expect(interval[0] - 1e-12).toBeLessThanOrEqual(proportion);
      expect(interval[1] + 1e-12).toBeGreaterThanOrEqual(proportion);
      for (const p of interval) expect((p - proportion) ** 2).toBeCloseTo((1.959964 ** 2 * p * (1 - p)) / trials, 9);
    }),
  );
});

test('without trials nothing is known', () => expect(wilsonInterval(0, 0)).toEqual([0, 1]));
