import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalFromBits } from './normal.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

// Python 3: statistics.NormalDist().inv_cdf((k + .5) / 2**32), which has 16 digits.
test.each([
  [0, -6.337957754553789],
  [1, -6.166429517819749],
  [1000, -5.039851125968711],
  [123456789, -1.899573995506065],
  [0x13333333, -1.4395314704450153],
  [0x20000000, -1.1503493793804],
  [0x7fffffff, -2.9180993729166234e-10],
  [0xf0000000, 1.5341205452991358],
])('the quantile at (%i + 1/2) / 2^32', (k, quantile) => {
  expect(normalFromBits(k) / quantile).toBeCloseTo(1, 6);
});

test('mirrored words give mirrored numbers', () => {
  fc.assert(fc.property(word, (k) => normalFromBits(2 ** 32 - 1 - k) === -normalFromBits(k)));
});

test('larger words give larger numbers, also across the seams of the formula', () => {
  const step = 4096;
  const grows = (k: number): boolean => normalFromBits(k) < normalFromBits(k + step);
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 - step }), grows));
  const seam = Math.floor(0.075 * 2 ** 32);
  for (let k = seam - 8 * step; k < seam + 8 * step; k += 97) expect(grows(k)).toBe(true);
});
