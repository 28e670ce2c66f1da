import { getKernelsForBackend, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import type { WasmExports } from '../generated/exports.ts';
import type { PassHeap } from './pass-heap.ts';
import type { WasmCall, WasmFunction } from './trace.ts';

export type KernelParameters = Parameters<KernelFunc>[0];

export interface Interception {
  readonly heap: PassHeap;
  /** Runs a kernel in place of tfjs. */
  kernel(name: string, run: KernelFunc, parameters: KernelParameters): TensorInfo | TensorInfo[];
  /** Gets every call of a WebAssembly function. */
  wasm(call: WasmCall): void;
}

/** Puts an interception before the backend's heap, its WebAssembly functions and its kernels; returns what takes it away. */
export function intercept(backend: SimdBackend, interception: Interception): () => void {
  const { heap, wasm } = backend;
  const kernels = getKernelsForBackend('simd').map((config) => ({ config, run: config.kernelFunc }));
  backend.heap = interception.heap;
  backend.wasm = watched(wasm, interception);
  for (const { config, run } of kernels) {
    config.kernelFunc = (parameters) => interception.kernel(config.kernelName, run, parameters);
  }
  return () => {
    backend.heap = heap;
    backend.wasm = wasm;
    for (const { config, run } of kernels) config.kernelFunc = run;
  };
}

function watched(wasm: WasmExports, interception: Interception): WasmExports {
  const functions = Object.entries(wasm).filter(([, run]) => typeof run === 'function') as [string, WasmFunction][];
  const watchers = functions.map(([name, run]) => {
    const watcher: WasmFunction = (...parameters) => {
      const result = run(...parameters);
      const locations = parameters.map((address) => ({ address, within: interception.heap.find(address) }));
      interception.wasm({ name, run, locations, result });
      return result;
    };
    return [name, watcher] as const;
  });
  return Object.fromEntries(watchers) as unknown as WasmExports;
}
