import { expect, test } from 'vitest';
import { Curves } from './curves.ts';

const points = (from: number, count: number) =>
  Float64Array.from(
    Array.from({ length: count }, (_, index) => [from + index, 10 * (from + index), 0.5, Number.NaN]).flat(),
  );

test('points are kept as they come while there are few', () => {
  const curves = new Curves(1, 8);
  curves.add(points(1, 3));
  curves.add(points(4, 2));
  expect(curves.column(0)).toEqual([1, 2, 3, 4, 5]);
  expect(curves.column(1)).toEqual([10, 20, 30, 40, 50]);
  expect(curves.column(3)).toEqual(Array(5).fill(Number.NaN));
});

test('a long curve is thinned out to means of equally many points, whatever pieces it comes in', () => {
  const [whole, pieces] = [new Curves(1, 8), new Curves(1, 8)];
  whole.add(points(1, 100));
  for (let step = 1; step <= 100; step += 5) pieces.add(points(step, 5));
  expect(whole.length).toBeLessThanOrEqual(8);
  expect(whole.column(0)).toEqual(pieces.column(0));
  const stride = whole.column(0)[0]!;
  expect(whole.column(0)).toEqual(Array.from({ length: whole.length }, (_, index) => stride * (index + 1)));
  expect(whole.column(1)[0]).toBeCloseTo((10 * (stride + 1)) / 2);
});
