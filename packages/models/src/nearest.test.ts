import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['atention', 'attention'],
  ['hedas', 'heads'],
  ['WIDTH', 'width'],
  ['transfomer', undefined],
  ['d', undefined],
])('nearest(%s) is %s', (word, expected) => {
  expect(nearest(word, ['attention', 'heads', 'width', 'depth'])).toBe(expected);
});

test('a tie goes to the first candidate', () => {
  expect(nearest('cat', ['bat', 'hat'])).toBe('bat');
});
