import { expect, test } from 'vitest';
import { compact, duration, grouped, loss, percent } from './format.ts';

test.each([
  [0.83125, '83.1 %'],
  [1, '100.0 %'],
  [undefined, '–'],
  [Number.NaN, '–'],
])('percent(%s) is %s', (share, text) => expect(percent(share)).toBe(text));

test.each([
  [3.4, '3 s'],
  [59.7, '1 min 00 s'],
  [200, '3 min 20 s'],
  [3599.6, '1 h 00 min'],
  [3900, '1 h 05 min'],
  [Number.POSITIVE_INFINITY, '–'],
])('duration(%s) is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

test.each([
  [842, '842'],
  [999.7, '1.00k'],
  [12_345, '12.3k'],
  [99_960, '100k'],
  [999_600, '1.00M'],
  [1_240_000, '1.24M'],
])('compact(%s) is %s', (value, text) => expect(compact(value)).toBe(text));

test('grouped and loss', () => {
  expect([grouped(5), grouped(1234), grouped(1_234_567)]).toEqual(['5', '1 234', '1 234 567']);
  expect([loss(1.23456), loss(12.3456), loss(Number.NaN)]).toEqual(['1.2346', '12.35', 'NaN']);
});
