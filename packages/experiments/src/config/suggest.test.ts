import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from './suggest.ts';

test('counts insertions, deletions, substitutions and swaps of neighbours', () => {
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('window', 'widnow')).toBe(1);
  expect(editDistance('window', 'windows')).toBe(1);
  expect(editDistance('steps', 'seeds')).toBe(2);
});

test('is a distance: zero only for equal words, symmetric', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
    }),
  );
});

test('suggests the nearest word, and nothing where no word is near', () => {
  expect(nearest('cisfromer', ['transformer', 'cisformer', 'lstm'])).toBe('cisformer');
  expect(nearest('LSTM', ['transformer', 'lstm'])).toBe('lstm');
  expect(nearest('banana', ['transformer', 'lstm'])).toBeUndefined();
});
