import type { Tensor } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { SimdError } from '../errors.ts';
import type { Home } from './home.ts';
import { replayableHostCall } from './host-call.ts';
import { layOut } from './layout.ts';
import { bytesAt, copy, copyOut } from './memory.ts';
import type { Run } from './run.ts';
import type { Location, Operation, Place, WasmCall } from './trace.ts';

/** A recorded step: calls bound to places in an arena of its own. */
export interface Recording {
  /** Bytes of the arena. */
  readonly bytes: number;
  readonly calls: readonly (() => void)[];
  readonly outputs: readonly Pick<Place, 'address' | 'shape' | 'dtype'>[];
  /** Copies that bring variables home. */
  readonly moves: readonly { readonly from: number; readonly home: Home }[];
  /** Clears the arena but for its constants. */
  reset(): void;
  dispose(): void;
}

/**
 * @param operations of the run, with a place in a block for every address and for no number
 * @param sizes of the blocks, in bytes
 * @throws SimdError SWITCHYARD_SIMD_MEMORY when there is no room for the arena
 */
export function createRecording(
  backend: SimdBackend,
  { trace, places, moved }: Run,
  operations: readonly Operation[],
  sizes: readonly number[],
  homes: readonly Home[],
): Recording {
  const { heap } = backend;
  const { constants } = trace;
  const homeOf = new Map(homes.map((home) => [home.variable, home]));
  const layout = layOut(operations, sizes, [...places, ...moved.values()], constants);
  const base = heap.allocate(layout.bytes, () => 'the arena of a captured step');
  const locate = ({ address, within }: Location) =>
    within === undefined ? address : base + layout.offsetOf(within.block)! + within.offset;
  const recording: Recording = {
    bytes: layout.bytes,
    calls: operations.flatMap((operation) => replayable(backend, operation, locate)),
    outputs: places.map((place) => ({ ...place, address: locate(place) })),
    moves: [...moved].map(([variable, place]) => ({ from: locate(place), home: homeOf.get(variable)! })),
    reset() {
      bytesAt(backend, base, layout.bytes).fill(0);
      for (const { block, bytes } of constants) {
        const offset = layout.offsetOf(block);
        if (offset !== undefined) bytesAt(backend, base + offset, bytes.length).set(bytes);
      }
    },
    dispose: () => heap.free(base),
  };
  recording.reset();
  return recording;
}

type Locate = (location: Location) => number;

function replayable(backend: SimdBackend, { kernel, calls, host }: Operation, locate: Locate): (() => void)[] {
  if (host !== undefined) return [replayableHostCall(backend, kernel, host, locate)];
  return calls.map((call) => {
    const parameters = call.locations.map(locate);
    // Bound functions replay faster than closures over the parameters, and as fast as a switch (20 ns a call on V8).
    return call.result === undefined ? call.run.bind(undefined, ...parameters) : checked(kernel, call, parameters);
  });
}

/** Functions that give a result are checks, such as of indices: they must come out as they did. */
function checked(kernel: string, { name, run, result }: WasmCall, parameters: readonly number[]): () => void {
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
 * Runs the recorded calls on what lies in the fixed inputs now, and moves variables on.
 *
 * @returns copies of the outputs
 */
export function replay(backend: SimdBackend, { calls, outputs, moves }: Recording): Tensor[] {
  for (const call of calls) call();
  const tensors = copyOut(backend, outputs);
  for (const { from, home } of moves) copy(backend, from, home.address, home.bytes);
  return tensors;
}
