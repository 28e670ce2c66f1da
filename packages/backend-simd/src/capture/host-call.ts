import { type KernelFunc, Tensor, type TensorInfo, tidy } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { SimdError } from '../errors.ts';
import { type NumericType, TensorEntry } from '../tensor-entry.ts';
import type { KernelParameters } from './intercept.ts';
import { byteLength, copy } from './memory.ts';
import { describe, type HostCall, type Place } from './trace.ts';

/** More than any code counts down: the tensors of a recording are never disposed by the kernels that take them. */
const FOREVER = 2 ** 40;

/** Where a kernel that JavaScript runs found its inputs and left its results. */
export function hostCall(
  backend: SimdBackend,
  run: KernelFunc,
  { inputs, attrs }: KernelParameters,
  given: readonly TensorInfo[],
  results: readonly TensorInfo[],
): HostCall {
  const entries = new Set(given.map((tensor) => backend.entry(tensor)));
  const fixed = Object.entries(inputs).map(([name, tensor]) => [name, tensor && fixedTensor(backend, tensor)] as const);
  return {
    run,
    inputs: Array.isArray(inputs)
      ? (fixed.map(([, tensor]) => tensor) as unknown as KernelParameters['inputs'])
      : Object.fromEntries(fixed),
    attributes: attrs,
    outputs: results.map((result) => (entries.has(backend.entry(result)) ? undefined : placeOf(backend, result))),
  };
}

function placeOf(backend: SimdBackend, { dataId, shape, dtype }: TensorInfo): Place {
  return { address: backend.data.get(dataId).address, shape: shape.slice(), dtype: dtype as NumericType };
}

/** A tensor, unknown to tfjs's engine, that lies where another one lies now. */
function fixedTensor(backend: SimdBackend, { dataId, shape, dtype }: TensorInfo): TensorInfo {
  const { length, address, heap } = backend.data.get(dataId);
  const entry = new TensorEntry(backend.data, dtype, length, address, heap);
  entry.refCount = FOREVER;
  return new Tensor(shape.slice(), dtype, entry, -1);
}

/** Runs the kernel again and copies its results to where the recording has them. */
export function replayHostCall(backend: SimdBackend, kernel: string, call: HostCall): void {
  tidy(() => {
    const results = call.run({ inputs: call.inputs, backend, attrs: call.attributes ?? {} });
    for (const [i, result] of (Array.isArray(results) ? results : [results]).entries()) {
      const place = call.outputs[i];
      const entry = backend.entry(result);
      if (place !== undefined) {
        if (String(result.shape) !== String(place.shape) || result.dtype !== place.dtype)
          throw changed(kernel, place, result);
        copy(backend, entry.address, place.address, byteLength(entry));
      }
      backend.disposeData(result.dataId);
    }
  });
}

function changed(kernel: string, place: Place, result: TensorInfo): SimdError {
  return new SimdError(
    'SWITCHYARD_SIMD_CAPTURE',
    `A replayed step went another way: ${kernel} gave ${describe(result)}, and ${describe(place)} when it was recorded; run such a step uncaptured.`,
  );
}
