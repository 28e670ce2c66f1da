import '@switchyard/backend-simd';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe } from 'vitest';

/** The backends that every numerical test runs on: cpu always, simd where its package registers one. */
const backends: readonly string[] = ['cpu', 'simd'].filter((name) => tf.findBackendFactory(name));

/** A group of tests that runs once on each backend. */
export function describeOnBackends(name: string, tests: (backend: string) => void): void {
  describe.each(backends)(`${name} on %s`, (backend) => {
    beforeAll(async () => {
      await tf.setBackend(backend);
    });
    tests(backend);
  });
}
