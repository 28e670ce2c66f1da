import type { Tensor } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { SimdError } from '../errors.ts';
import type { Home } from './home.ts';
import { replayHostCall } from './host-call.ts';
import { copy } from './memory.ts';
import { type Run, takeOut } from './run.ts';
import type { Operation, Place, WasmCall } from './trace.ts';

/** A recorded step as a list of calls, and the places that it reads from and writes to. */
export interface Recording {
  readonly calls: readonly (() => void)[];
  readonly outputs: readonly Place[];
  readonly rebuild: Run['rebuild'];
  readonly homes: readonly Home[];
}

/** Bound functions replay faster than closures over the parameters, and as fast as a switch over functions (20 ns a call on V8). */
export function createRecording(
  backend: SimdBackend,
  { trace, places, rebuild }: Run,
  homes: readonly Home[],
): Recording {
  const calls = trace.operations.flatMap((operation) => replayable(backend, operation));
  return { calls, outputs: places, rebuild, homes };
}

function replayable(backend: SimdBackend, { kernel, calls, host }: Operation): (() => void)[] {
  if (host !== undefined) return [() => replayHostCall(backend, kernel, host)];
  return calls.map((call) =>
    call.result === undefined ? call.run.bind(undefined, ...call.parameters) : checked(kernel, call),
  );
}

/** Functions that give a result are checks, such as of indices: they must come out as they did. */
function checked(kernel: string, { name, run, parameters, result }: WasmCall): () => void {
  return () => {
    const now = run(...parameters);
    if (Object.is(now, result)) return;
    throw new SimdError(
      'SWITCHYARD_SIMD_CAPTURE',
      `A replayed step went another way: ${name} of ${kernel} gave ${now}, and ${result} when it was recorded; look for an index out of range in the inputs.`,
    );
  };
}

/**
 * Runs the recorded calls on what lies in the input places now, and moves variables on.
 *
 * @returns copies of the outputs
 */
export function replay(backend: SimdBackend, { calls, outputs, homes }: Recording): Tensor[] {
  for (const call of calls) call();
  const tensors = takeOut(backend, outputs);
  for (const { movedTo, address, bytes } of homes) {
    if (movedTo !== undefined) copy(backend, movedTo, address, bytes);
  }
  return tensors;
}
