import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cliffsDelta, pairedCohensD } from './effect-size.ts';

test('by hand', () => {
  expect(pairedCohensD([1, 2, 3])).toBe(2);
  expect(pairedCohensD([0, 0])).toBe(0);
  expect(pairedCohensD([-1, -1])).toBe(Number.NEGATIVE_INFINITY);
  // 3 > 1, 3 > 2, 3 = 3; 1 = 1, 1 < 2, 1 < 3: (2 − 2)/6. Without the ties' help: 5 above all.
  expect(cliffsDelta([3, 1], [1, 2, 3])).toBe(0);
  expect(cliffsDelta([5, 2], [1, 2])).toBe(3 / 4);
  expect(cliffsDelta([5, 6], [1, 2])).toBe(1);
});

const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 8 });

test("Cliff's delta is antisymmetric and knows ranks only", () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const delta = cliffsDelta(a, b);
      expect(cliffsDelta(b, a)).toBeCloseTo(-delta, 12);
      expect(cliffsDelta(a.map(Math.exp), b.map(Math.exp))).toBe(delta);
      expect(Math.abs(delta)).toBeLessThanOrEqual(1);
    }),
  );
});
