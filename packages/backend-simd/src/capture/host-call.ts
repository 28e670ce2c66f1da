import { type KernelFunc, Tensor, type TensorInfo, tidy, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { SimdError } from '../errors.ts';
import { TensorEntry } from '../tensor-entry.ts';
import type { KernelParameters } from './intercept.ts';
import { byteLength, copy, placeOf } from './memory.ts';
import type { PassHeap } from './pass-heap.ts';
import { describe, type HostCall, type Location, type Place } from './trace.ts';

/** More than any code counts down: the tensors of a recording are never disposed by the kernels that take them. */
const FOREVER = 2 ** 40;

/** Where a kernel that JavaScript runs found its inputs and left its results. */
export function hostCall(
  backend: SimdBackend,
  heap: PassHeap,
  run: KernelFunc,
  { inputs, attrs }: KernelParameters,
  results: readonly TensorInfo[],
): HostCall {
  const named = Object.entries(inputs).filter(([, tensor]) => tensor !== undefined && tensor !== null);
  const places = named.map(([name, tensor]) => [name, placeOf(backend, heap, tensor!)] as const);
  const taken = new Set(places.map(([, { address }]) => address));
  return {
    run,
    listed: Array.isArray(inputs),
    inputs: Object.fromEntries(places),
    attributes: attrs,
    outputs: results
      .map((result) => placeOf(backend, heap, result))
      .map((place) => (taken.has(place.address) ? undefined : place)),
  };
}

/**
 * A function that runs the kernel again and copies its results to where the recording has them.
 *
 * @param locate where a location lies in the recording
 */
export function replayableHostCall(
  backend: SimdBackend,
  kernel: string,
  { run, listed, inputs, attributes, outputs }: HostCall,
  locate: (location: Location) => number,
): () => void {
  const fixed = Object.entries(inputs).map(
    ([name, place]) => [name, fixedTensor(backend, place, locate(place))] as const,
  );
  const given = listed ? fixed.map(([, tensor]) => tensor) : Object.fromEntries(fixed);
  const parameters = { inputs: given as KernelParameters['inputs'], backend, attrs: attributes ?? {} };
  const targets = outputs.map((place) => place && locate(place));
  const call = () => {
    const results = run(parameters);
    for (const [i, result] of (Array.isArray(results) ? results : [results]).entries()) {
      const place = outputs[i];
      if (place !== undefined) {
        if (describe(result) !== describe(place)) throw changed(kernel, place, result);
        const entry = backend.entry(result);
        copy(backend, entry.address, targets[i]!, byteLength(entry));
      }
      backend.disposeData(result.dataId);
    }
  };
  return () => {
    tidy(call);
  };
}

/** A tensor, unknown to tfjs's engine, at an address. */
function fixedTensor(backend: SimdBackend, { shape, dtype }: Place, address: number): Tensor {
  const entry = new TensorEntry(backend.data, dtype, util.sizeFromShape(shape), address, backend.heap);
  entry.refCount = FOREVER;
  return new Tensor(shape, dtype, entry, -1);
}

function changed(kernel: string, place: Place, result: TensorInfo): SimdError {
  return new SimdError(
    'SWITCHYARD_SIMD_CAPTURE',
    `A replayed step went another way: ${kernel} gave ${describe(result)}, and ${describe(place)} when it was recorded; run such a step uncaptured.`,
  );
}
