import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

/** Values of a tensor, or of an array as it is. */
function valuesOf(x: tf.Tensor | ArrayLike<number>): ArrayLike<number> {
  return x instanceof tf.Tensor ? x.dataSync() : x;
}

/**
 * Fails unless `actual` equals `expected` within `tolerance` of the largest expected magnitude, or of `unit` where all are
 * smaller. NaN is never close.
 */
export function expectClose(
  actual: tf.Tensor,
  expected: tf.Tensor | ArrayLike<number>,
  tolerance: number = 1e-5,
  unit: number = 1e-30,
): void {
  if (expected instanceof tf.Tensor) expect(actual.shape).toEqual(expected.shape);
  const got = valuesOf(actual);
  const wanted = valuesOf(expected);
  expect(got.length).toBe(wanted.length);
  let scale = unit;
  let difference = 0;
  for (let index = 0; index < wanted.length; index++) {
    scale = Math.max(scale, Math.abs(wanted[index]!));
    difference = Math.max(difference, Math.abs(got[index]! - wanted[index]!)); // Math.max keeps NaN
  }
  expect(difference / scale).toBeLessThan(tolerance);
}
