import { spread } from '@switchyard/experiments';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('values that are far apart stay where they are', () => {
  expect(spread([0, 1, 2.5], 1)).toEqual([0, 1, 2.5]);
});

test('values too close are pushed apart around their mean', () => {
  expect(spread([1, 1, 1], 1)).toEqual([0, 1, 2]);
});

test('neighbours are never closer than the gap, order and mean are kept', () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(values, (unsorted) => {
      const sorted = unsorted.toSorted((a, b) => a - b);
      const apart = spread(sorted, 0.05);
      for (let index = 1; index < apart.length; index++)
        expect(apart[index]! - apart[index - 1]!).toBeGreaterThan(0.05 - 1e-9);
      const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
      expect(sum(apart)).toBeCloseTo(sum(sorted), 9);
    }),
  );
});
