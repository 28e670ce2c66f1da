import { readFileSync } from 'node:fs';
import { readSafetensors } from '@switchyard/safetensors';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

/** The tensors of a reference file in /fixtures, by name. */
export function fixture<Name extends string>(file: string, names: readonly Name[]): Record<Name, tf.Tensor> {
  const { tensors } = readSafetensors(readFileSync(new URL(`../../../fixtures/${file}.safetensors`, import.meta.url)));
  const entries = names.map((name) => {
    const { data, shape } = tensors.get(name)!;
    return [name, tf.tensor(Float32Array.from(data as Float32Array), [...shape])];
  });
  return Object.fromEntries(entries);
}

/** Asserts |actual − expected| ≤ tolerance · max(1, |expected|) everywhere, and equal shapes. */
export function expectClose(actual: tf.Tensor, expected: tf.Tensor, tolerance = 1e-5): void {
  expect(actual.shape).toEqual(expected.shape);
  const values = actual.dataSync();
  const worst = Array.from(
    expected.dataSync(),
    (value, index) => Math.abs(values[index]! - value) / Math.max(1, Math.abs(value)),
  );
  expect(Math.max(...worst)).toBeLessThanOrEqual(tolerance);
}
