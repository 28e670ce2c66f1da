import { engine, keep, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { TensorEntry } from '../tensor-entry.ts';
import { byteLength, copy, copyOut, placeOf } from './memory.ts';
import type { Location } from './trace.ts';

/**
 * The place where a captured step finds a variable. `Variable.assign` moves a variable to another buffer: after every run of the step the
 * value is copied back, and before every replay a value that was assigned meanwhile.
 */
export interface Home {
  readonly variable: Variable;
  readonly address: number;
  readonly bytes: number;
  /** Holds the place. While the variable is at home they share a data id. */
  keeper: Tensor;
  /** Where the recorded step leaves the new value; undefined where it updates the variable in place, or not at all. */
  movedTo: Location | undefined;
}

/** Gives a variable a place that it shares with no other tensor. */
export function createHome(backend: SimdBackend, variable: Variable): Home {
  const [tensor] = copyOut(backend, [placeOf(backend, undefined, variable)]);
  const keeper = keep(tensor!);
  const entry = backend.entry(keeper);
  variable.assign(keeper);
  return { variable, address: entry.address, bytes: byteLength(entry), keeper, movedTo: undefined };
}

/** Copies the variable's value to its home, if it is elsewhere, and the variable with it. */
export function bringHome(backend: SimdBackend, home: Home): void {
  if (home.variable.dataId === home.keeper.dataId) return;
  copy(backend, backend.entry(home.variable).address, home.address, home.bytes);
  home.variable.assign(home.keeper);
}

/**
 * Makes a home ready for a replay. The usual case is two comparisons.
 *
 * @returns what makes a replay impossible
 */
export function prepareHome(backend: SimdBackend, home: Home): string | undefined {
  const entry = backend.data.get(home.keeper.dataId);
  const away = home.variable.dataId !== home.keeper.dataId;
  if (!away && entry.refCount === 2 && entry.address === home.address) return undefined;
  if (home.variable.isDisposed) return `variable ${home.variable.name} was disposed after the step was recorded`;
  if (entry.address !== home.address)
    return `variable ${home.variable.name} went to another backend after the step was recorded`;
  // Other tensors share the buffer (a clone, a reshape): what they hold must not change with the variable.
  if (entry.refCount > (away ? 1 : 2) && (away || home.movedTo !== undefined)) handOver(backend, home, entry);
  bringHome(backend, home);
  return undefined;
}

/** Leaves the entry, with a copy of its values, to the tensors that share it, and puts a new one at the address. */
function handOver(backend: SimdBackend, home: Home, entry: TensorEntry): void {
  const { address, heap } = entry;
  const copied = heap.allocate(home.bytes, () => `a copy of variable ${home.variable.name}`);
  copy(backend, address, copied, home.bytes);
  entry.moveTo(heap, copied);
  const own = new TensorEntry(backend.data, entry.dtype, entry.length, address, heap);
  backend.data.set(own, own);
  const { shape, dtype } = home.variable;
  const keeper = keep(engine().makeTensorFromTensorInfo({ dataId: own, shape, dtype }, backend));
  if (home.variable.dataId === home.keeper.dataId) home.variable.assign(keeper);
  home.keeper.dispose();
  home.keeper = keeper;
}
