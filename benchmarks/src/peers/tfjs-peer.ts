import { createRequire } from 'node:module';
import { simdInfo } from '@switchyard/backend-simd';
import { selectBackend } from '@switchyard/training/node';
import * as tf from '@tensorflow/tfjs';
import type { BenchmarkFlags } from '../main.ts';
import { prepareTrainingStep } from '../training-step.ts';
import type { Reply } from './protocol.ts';
import { serve } from './serve.ts';

/** A participant, not for people: training steps through tfjs on the backend of the flags, captured on `simd`. */
export async function benchmarkParticipant({ backend }: BenchmarkFlags): Promise<void> {
  console.log = console.error; // stdout belongs to the protocol
  const hello = await selectBackend(backend).then(
    describe,
    (error: Error): Reply => ({ type: 'unavailable', reason: error.message }),
  );
  process.stdout.write(`${JSON.stringify(hello)}\n`);
  if (hello.type === 'hello') {
    await serve(process.stdin, process.stdout, (config) => prepareTrainingStep(config, backend === 'simd'));
  }
  process.exit(); // tfjs-node keeps threads
}

function describe(backend: string): Reply {
  const info = simdInfo();
  if (backend === 'simd' && info !== undefined) {
    const { version } = createRequire(import.meta.url)('@switchyard/backend-simd/package.json') as { version: string };
    return { type: 'hello', library: `@switchyard/backend-simd ${version}, ${info.build} SIMD`, threads: info.threads };
  }
  if (backend === 'tensorflow') return { type: 'hello', library: `@tensorflow/tfjs-node ${tf.version.tfjs}` };
  return { type: 'hello', library: `@tensorflow/tfjs-backend-${backend} ${tf.version.tfjs}`, threads: 1 };
}
