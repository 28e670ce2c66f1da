import type { backend_util, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { Observer } from './capture/observer.ts';
import type { Heap } from './heap.ts';

/** Kinds of tensors whose data lie in linear memory; string and complex64 stay on the JavaScript heap. */
export type NumericType = 'float32' | 'int32' | 'bool';

export type NumericArray = Float32Array<ArrayBufferLike> | Int32Array<ArrayBufferLike> | Uint8Array<ArrayBufferLike>;

export function isNumeric(dtype: DataType): dtype is NumericType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

export function bytesPerElement(dtype: NumericType): number {
  return dtype === 'bool' ? 1 : 4;
}

/** A typed array of `length` elements at `address`. */
function viewAt(buffer: ArrayBufferLike, address: number, length: number, dtype: NumericType): NumericArray {
  if (dtype === 'float32') return new Float32Array(buffer, address, length);
  return dtype === 'int32' ? new Int32Array(buffer, address, length) : new Uint8Array(buffer, address, length);
}

/**
 * The data behind a tensor. tfjs sees it as an opaque data id, the kernels of the cpu backend as their `TensorData` (`values`, `dtype`,
 * `refCount`), ours as an address.
 */
export class TensorEntry {
  readonly dtype: DataType;
  /** Elements. */
  readonly length: number;
  /** Where `address` was allocated. */
  heap: Heap;
  /** Byte address in linear memory; 0 for data on the JavaScript heap. */
  address: number;
  refCount = 1;
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  /** The storage that the entry lives in; undefined once disposed. */
  owner: { readonly observer: Observer | undefined } | undefined;
  #values: backend_util.BackendValues | undefined;

  constructor(
    owner: { readonly observer: Observer | undefined },
    dtype: DataType,
    length: number,
    address: number,
    heap: Heap,
    values?: backend_util.BackendValues,
  ) {
    this.owner = owner;
    this.dtype = dtype;
    this.length = length;
    this.address = address;
    this.heap = heap;
    this.#values = values;
  }

  /** A view of linear memory (it stays valid when the shared memory grows), or the values on the heap; complex64 has none. */
  get values(): backend_util.BackendValues {
    this.owner?.observer?.exposed(this);
    if (this.#values === undefined && isNumeric(this.dtype)) {
      this.#values = viewAt(this.heap.buffer, this.address, this.length, this.dtype) as backend_util.BackendValues;
    }
    return this.#values as backend_util.BackendValues;
  }

  /** The data lie elsewhere from now on; the caller has copied them. */
  moveTo(heap: Heap, address: number): void {
    this.heap = heap;
    this.address = address;
    this.#values = undefined;
  }
}
