import { engine, keep, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { TensorEntry } from '../tensor-entry.ts';
import { byteLength, copy, copyOut, placeOf } from './memory.ts';

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
  /** Whether the step assigns the variable, rather than update it in place or only read it. */
  readonly assigned: boolean;
}

/** Gives a variable a place that it shares with no other tensor. */
export function createHome(backend: SimdBackend, variable: Variable, assigned: boolean): Home {
  const [tensor] = copyOut(backend, [placeOf(backend, undefined, variable)]);
  const keeper = keep(tensor!);
  const entry = backend.entry(keeper);
  variable.assign(keeper);
  return { variable, address: entry.address, bytes: byteLength(entry), keeper, assigned };
}

/**
 * Brings a variable home, if it is elsewhere, with its value. The usual case is two comparisons.
 *
 * @returns what makes that impossible
 */
export function bringHome(backend: SimdBackend, home: Home): string | undefined {
  const { variable, address } = home;
  const entry = backend.data.get(home.keeper.dataId);
  const away = variable.dataId !== home.keeper.dataId;
  if (!away && entry.refCount === 2 && entry.address === address) return undefined;
  if (variable.isDisposed) return `variable ${variable.name} was disposed after the step was recorded`;
  if (entry.address !== address) return `variable ${variable.name} went to another backend after the step was recorded`;
  // Other tensors share the buffer (a clone, a reshape): what they hold must not change with the variable.
  if (entry.refCount > (away ? 1 : 2) && (away || home.assigned)) handOver(backend, home, entry);
  if (away) {
    copy(backend, backend.entry(variable).address, address, home.bytes);
    variable.assign(home.keeper);
  }
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
