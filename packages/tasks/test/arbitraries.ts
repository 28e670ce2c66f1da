import fc from 'fast-check';
import type { IarcOptions } from '../src/iarc.ts';

/** Any options of iarc that are allowed and keep a test fast. */
export const iarcOptions: fc.Arbitrary<IarcOptions> = fc.record(
  {
    symbols: fc.integer({ min: 2, max: 40 }),
    context: fc.constantFrom('pointer', 'anchor'),
    switching: fc.constantFrom('geometric', 'binomial'),
    switchProbability: fc.double({ min: 0.01, max: 1, noNaN: true }),
    minimumSegment: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: [] },
);
export const seeds: fc.Arbitrary<string | number> = fc.oneof(fc.string(), fc.maxSafeInteger());
export const windows: fc.Arbitrary<number> = fc.integer({ min: 1, max: 120 });
