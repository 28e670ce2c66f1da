import { expect, test } from 'vitest';
import { alibiSlopes } from './index.ts';

test('slopes are 2^(−8(h+1)/H)', () => {
  expect(alibiSlopes(8)).toEqual([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64, 1 / 128, 1 / 256]);
  expect(alibiSlopes(1)).toEqual([1 / 256]);
});

test('heads must be a positive integer', () => {
  expect(() => alibiSlopes(0)).toThrow('heads 0: must be a positive integer');
});
