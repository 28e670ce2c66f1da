import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';

/** One file of reference values, written by independent implementations (see fixtures/README.md). */
export interface Fixture {
  metadata: Record<string, string>;
  /** A tensor by name, on the current backend. */
  get: <T extends tf.Tensor = tf.Tensor>(name: string) => T;
}

export function readFixture(name: string): Fixture {
  const file = readFileSync(new URL(`../../../fixtures/${name}.safetensors`, import.meta.url));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, start).toString());
  return {
    metadata: header.__metadata__,
    get: <T extends tf.Tensor>(key: string): T => {
      const e = header[key];
      const [a, b] = e.data_offsets;
      const bytes = new Uint8Array(file.subarray(start + a, start + b));
      return tf.tensor(new Float32Array(bytes.buffer), e.shape) as T;
    },
  };
}
