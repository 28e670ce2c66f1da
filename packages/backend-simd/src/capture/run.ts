import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { isNumeric } from '../tensor-entry.ts';
import { copyOut, placeOf } from './memory.ts';
import { observe } from './observe.ts';
import { takeApart } from './outputs.ts';
import type { PassHeap } from './pass-heap.ts';
import type { Place, Trace } from './trace.ts';

/** What an observed run of a step gave. */
export interface Run {
  readonly trace: Trace;
  /** For the caller: the output, in tensors of their own. */
  readonly output: unknown;
  /** The tensors in it. */
  readonly tensors: readonly Tensor[];
  /** Where the step left the tensors of the output. */
  readonly places: readonly Place[];
  readonly rebuild: (tensors: readonly Tensor[]) => unknown;
  readonly obstacle: string | undefined;
}

/** Runs a step under observation; of what it made only copies of its outputs stay, and what it keeps itself. */
export function runObserved(backend: SimdBackend, heap: PassHeap, step: () => unknown): Run {
  let run: Run | undefined;
  tidy(() => {
    const { result, trace } = observe(backend, heap, step);
    const parts = takeApart(result);
    if (parts === undefined || !parts.tensors.every(({ dtype }) => isNumeric(dtype))) {
      const obstacle = trace.obstacle ?? 'it returns something else than tensors of float32, int32 or bool';
      run = { trace, output: result, tensors: [], places: [], rebuild: () => undefined, obstacle };
      return result as Tensor;
    }
    const { rebuild } = parts;
    const places = parts.tensors.map((tensor) => placeOf(backend, heap, tensor));
    const tensors = copyOut(backend, places);
    run = { trace, output: rebuild(tensors), tensors, places, rebuild, obstacle: trace.obstacle };
    return tensors;
  });
  return run!;
}
