import { engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { bytesPerElement, type NumericType, type TensorEntry } from '../tensor-entry.ts';
import type { PassHeap } from './pass-heap.ts';
import type { Place } from './trace.ts';

/** The memory of a captured step, byte by byte. */
export function bytesAt(backend: SimdBackend, address: number, length: number): Uint8Array<ArrayBufferLike> {
  return new Uint8Array(backend.heap.buffer, address, length);
}

export function byteLength({ length, dtype }: TensorEntry): number {
  return length * bytesPerElement(dtype as NumericType);
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}

/** Copies whole 4-byte words; blocks are multiples of 16 bytes, so rounding up stays inside. */
export function copy(backend: SimdBackend, from: number, to: number, bytes: number): void {
  backend.wasm.stridedCopy(from, to, 1, 1, 1, Math.ceil(bytes / 4), 0, 0, 0, 1, 0, 0, 0, 1);
}

/** Where a tensor lies; `within` a block of `heap` if it is one of those. */
export function placeOf(backend: SimdBackend, heap: PassHeap | undefined, { dataId, shape, dtype }: TensorInfo): Place {
  const { address } = backend.data.get(dataId);
  return { address, within: heap?.find(address), shape: shape.slice(), dtype: dtype as NumericType };
}

/** New tensors with the values that lie at addresses. */
export function copyOut(backend: SimdBackend, places: readonly Pick<Place, 'address' | 'shape' | 'dtype'>[]): Tensor[] {
  return places.map(({ address, shape, dtype }) => {
    const info = backend.output(shape.slice(), dtype);
    const entry = backend.entry(info);
    copy(backend, address, entry.address, byteLength(entry));
    return engine().makeTensorFromTensorInfo(info, backend);
  });
}
