import { type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { isNumeric } from '../tensor-entry.ts';
import { copyOut, placeOf } from './memory.ts';
import { observe } from './observe.ts';
import { takeApart } from './outputs.ts';
import type { PassHeap } from './pass-heap.ts';
import type { Place, Trace } from './trace.ts';
import { movedSince, variableObstacle, variablesNow } from './variables.ts';

/** What an observed run of a step gave. */
export interface Run {
  /** For the caller: the output, in tensors of their own. */
  readonly output: unknown;
  /** The tensors in it. */
  readonly tensors: readonly Tensor[];
  readonly rebuild: (tensors: readonly Tensor[]) => unknown;
  readonly trace: Trace;
  /** Where the step left the tensors of its output. */
  readonly places: readonly Place[];
  /** The variables that it assigned, and where it left their values. */
  readonly moved: ReadonlyMap<Variable, Place>;
  /** Why the run cannot be replayed; then the output is what the step returned, and the rest is left out. */
  readonly obstacle: string | undefined;
}

/** Runs a step under observation; of what it made only copies of its outputs stay, and what it keeps itself. */
export function runObserved(backend: SimdBackend, heap: PassHeap, step: () => unknown): Run {
  let run: Run | undefined;
  tidy(() => {
    const before = variablesNow();
    const { result, trace } = observe(backend, heap, step);
    const parts = takeApart(result);
    const fits = parts?.tensors.every(({ dtype }) => isNumeric(dtype)) ?? false;
    const { rebuild, tensors: made } = parts ?? { rebuild: () => undefined, tensors: [] };
    let obstacle = trace.obstacle ?? variableObstacle(before);
    if (!fits) obstacle ??= 'it returns something else than tensors of float32, int32 or bool';
    if (obstacle !== undefined) {
      run = { output: result, tensors: [], rebuild, trace, places: [], moved: new Map(), obstacle };
      return result as Tensor;
    }
    const places = made.map((tensor) => placeOf(backend, heap, tensor));
    const tensors = copyOut(backend, places);
    const moved = new Map(movedSince(before).map((variable) => [variable, placeOf(backend, heap, variable)]));
    run = { output: rebuild(tensors), tensors, rebuild, trace, places, moved, obstacle };
    return tensors;
  });
  return run!;
}
