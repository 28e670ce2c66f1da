import * as tf from '@tensorflow/tfjs';
import { BackendError } from './errors.ts';
import { completeWasmKernels } from './wasm-kernels.ts';

/** The backends that can be asked for; `auto` takes `simd`, and `cpu` where WebAssembly SIMD is missing. */
export const backendNames = ['auto', 'simd', 'tensorflow', 'wasm', 'webgpu', 'webgl', 'cpu'] as const;

export type BackendName = (typeof backendNames)[number];

/** The selection under way: tfjs lets a later setBackend overtake an earlier one, which then reports failure. */
let latest: Promise<unknown> = Promise.resolve();

/**
 * Makes a backend the current one and says which it is. Calls at the same time are answered one after the other.
 *
 * @throws BackendError where it is unknown or cannot run here, saying what to do; SimdError for a bad SWITCHYARD_THREADS or SWITCHYARD_SIMD
 */
export function selectBackend(name: BackendName): Promise<Exclude<BackendName, 'auto'>> {
  const selected = latest.then(() => select(name));
  latest = selected.catch(() => {});
  return selected;
}

async function select(name: BackendName): Promise<Exclude<BackendName, 'auto'>> {
  switch (name) {
    case 'auto':
      return select('simd').catch((error) => {
        if (error instanceof BackendError) return select('cpu');
        throw error;
      });
    case 'simd':
      return selectSimd();
    case 'wasm':
      await import('@tensorflow/tfjs-backend-wasm');
      completeWasmKernels();
      return activate(name, 'its .wasm files did not load: in a browser, tell setWasmPaths where they are served');
    case 'webgpu':
      return activate(name, 'import @tensorflow/tfjs-backend-webgpu first, in a browser with WebGPU');
    case 'webgl':
      if (typeof OffscreenCanvas === 'undefined' && typeof document === 'undefined') {
        throw new BackendError('backend webgl: it needs a browser: take the backend auto');
      }
      return activate(name, 'this browser has no WebGL: take the backend auto');
    case 'cpu':
      return activate(name, 'import @tensorflow/tfjs-backend-cpu first');
    case 'tensorflow':
      throw new BackendError(
        'backend tensorflow: it needs Node.js: call selectBackend of @switchyard/training/node there, or take the backend auto',
      );
    default:
      throw new BackendError(`backend ${JSON.stringify(name)}: it must be one of ${backendNames.join(', ')}`);
  }
}

async function selectSimd(): Promise<'simd'> {
  const { SimdError, simdFailure } = await import('@switchyard/backend-simd');
  try {
    return await activate('simd', 'this engine lacks WebAssembly SIMD: take a newer one, or the backend cpu');
  } catch (error) {
    const failure = simdFailure();
    // A wish that cannot be met (SWITCHYARD_THREADS, SWITCHYARD_SIMD) is not to be answered with another backend.
    if (failure instanceof SimdError && failure.code !== 'SWITCHYARD_SIMD_ENGINE') throw failure;
    throw error;
  }
}

async function activate<Name extends string>(name: Name, remedy: string): Promise<Name> {
  let reason = '';
  try {
    if (tf.findBackendFactory(name) && (await tf.setBackend(name))) {
      await tf.ready();
      return name;
    }
  } catch (error) {
    reason = ` (${error instanceof Error ? error.message : String(error)})`;
  }
  throw new BackendError(`backend ${name} does not start${reason}: ${remedy}`);
}
