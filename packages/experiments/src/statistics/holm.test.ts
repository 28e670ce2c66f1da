import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holm } from './holm.ts';

test('by hand: four tests', () => {
  // Sorted .005 .01 .03 .04: ×4 = .02, ×3 = .03, ×2 = .06, ×1 = .04, which may not fall below .06.
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.4, 0.6])).toEqual([0.8, 0.8]);
  expect(holm([])).toEqual([]);
});

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 });

test('it keeps the order, stays between the p and Bonferroni, and rejects what Holm’s step-down rejects', () => {
  fc.assert(
    fc.property(pValues, fc.double({ min: 0.001, max: 0.3, noNaN: true }), (values, level) => {
      const corrected = holm(values);
      const rejected = new Set<number>();
      const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
      for (const [rank, index] of order.entries()) {
        if (Math.min(1, (values.length - rank) * values[index]!) > level) break;
        rejected.add(index);
      }
      for (const [index, p] of values.entries()) {
        expect(corrected[index]).toBeGreaterThanOrEqual(p);
        expect(corrected[index]).toBeLessThanOrEqual(Math.min(1, values.length * p));
        expect(corrected[index]! <= level).toBe(rejected.has(index));
      }
    }),
  );
});
