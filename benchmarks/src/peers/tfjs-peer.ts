// A participant: training steps through tfjs on the backend that the command line names, with SWITCHYARD_THREADS threads on `simd`.
import { createRequire } from 'node:module';
import { simdInfo } from '@switchyard/backend-simd';
import type { BackendName } from '@switchyard/training';
import { selectBackend } from '@switchyard/training/node';
import * as tf from '@tensorflow/tfjs';
import { prepareTrainingStep } from '../training-step.ts';
import type { Reply } from './protocol.ts';
import { serve } from './serve.ts';

console.log = console.error; // stdout belongs to the protocol
const backend = process.argv[2] as BackendName; // selectBackend checks it
const hello = await selectBackend(backend).then(
  describe,
  (error: Error): Reply => ({ type: 'unavailable', reason: error.message }),
);
process.stdout.write(`${JSON.stringify(hello)}\n`);
if (hello.type === 'hello') {
  await serve(process.stdin, process.stdout, (config) => prepareTrainingStep(config, backend === 'simd'));
}
process.exit(); // tfjs-node keeps threads

function describe(): Reply {
  const info = simdInfo();
  if (backend === 'simd' && info !== undefined) {
    const { version } = createRequire(import.meta.url)('@switchyard/backend-simd/package.json') as { version: string };
    return { type: 'hello', library: `@switchyard/backend-simd ${version}, ${info.build} SIMD`, threads: info.threads };
  }
  if (backend === 'tensorflow') return { type: 'hello', library: `@tensorflow/tfjs-node ${tf.version.tfjs}` };
  return { type: 'hello', library: `@tensorflow/tfjs-backend-${backend} ${tf.version.tfjs}`, threads: 1 };
}
