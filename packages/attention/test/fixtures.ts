import { readFileSync } from 'node:fs';
import { readSafetensors } from '@switchyard/safetensors';
import * as tf from '@tensorflow/tfjs';

/** One file of reference values, written by independent implementations (see fixtures/README.md). */
export interface Fixture {
  metadata: Record<string, string>;
  /** A float32 tensor by name, on the current backend. */
  get: <T extends tf.Tensor = tf.Tensor>(name: string) => T;
}

export function readFixture(file: string): Fixture {
  const bytes = readFileSync(new URL(`../../../fixtures/${file}.safetensors`, import.meta.url));
  const { tensors, metadata } = readSafetensors(bytes);
  const get = <T extends tf.Tensor>(name: string): T => {
    const { data, shape } = tensors.get(name)!;
    return tf.tensor(data as Float32Array, [...shape]) as T;
  };
  return { metadata, get };
}
