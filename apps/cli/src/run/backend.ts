import { type Run, withConfig } from '@switchyard/experiments/run';
import type { BackendName } from '@switchyard/training';
import { selectBackend } from '@switchyard/training/node';
import * as tf from '@tensorflow/tfjs';
import { asUsage } from '../errors.ts';

/**
 * Makes a backend the current one. `auto` becomes the one it stands for, so that a run resumes on the same.
 *
 * @throws UsageError where it does not run here
 */
export async function resolveBackend(name: BackendName): Promise<BackendName> {
  tf.enableProdMode(); // else tfjs greets on stderr
  const backend = await asUsage(() => selectBackend(name));
  if (name === 'auto' && backend === 'cpu') {
    process.stderr.write('warning: backend simd does not run here, cpu is slow; `switchyard backends` says why\n');
  }
  return backend;
}

/** The run on a backend that runs here. */
export async function withBackend(run: Run): Promise<Run> {
  return withConfig(run, { backend: await resolveBackend(run.config.backend) });
}
