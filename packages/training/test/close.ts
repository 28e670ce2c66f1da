import { expect } from 'vitest';

/** Equal up to float32 rounding: |actual − expected| ≤ tolerance · max(1, |expected|), element by element. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6): void {
  expect(actual.length).toBe(expected.length);
  for (let index = 0; index < expected.length; index++) {
    const error = Math.abs(actual[index]! - expected[index]!) / Math.max(1, Math.abs(expected[index]!));
    expect(error, `element ${index}: ${actual[index]} for ${expected[index]}`).toBeLessThanOrEqual(tolerance);
  }
}
