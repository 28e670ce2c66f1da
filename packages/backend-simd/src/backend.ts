import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { type backend_util, type DataId, type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { WasmExports } from './generated/exports.ts';
import { createHeap, type Heap } from './heap.ts';
import { bytesPerElement, isNumeric, type NumericArray, type NumericType, TensorEntry } from './tensor-entry.ts';
import { TensorStorage } from './tensor-storage.ts';
import { startThreads, type Threads } from './threads.ts';
import type { WasmModule } from './wasm-module.ts';

/**
 * The backend `simd`: storage of MathBackendCPU replaced by linear memory. Kernels of the cpu backend run on it unchanged, on views of
 * that memory; kernels of this package take addresses.
 */
export class SimdBackend extends MathBackendCPU {
  override data: TensorStorage;
  /**
   * The kernels. Every call of one goes through this object with addresses and numbers only, so calls can be recorded and replayed:
   * while a step is captured, others stand here and in `heap`.
   */
  wasm: WasmExports;
  heap: Heap;
  readonly #threads: Threads;
  readonly #bytesAtStart: number;

  constructor(wasm: WasmModule) {
    super();
    this.data = new TensorStorage(this);
    this.wasm = wasm.exports;
    // Never address 0, which means "no tensor" to the kernels.
    this.heap = createHeap(wasm.memory, wasm.exports.heapBase() + 16);
    this.#threads = startThreads(wasm.info.threads, wasm, (bytes) =>
      this.heap.allocate(bytes, () => 'the working memory of threads'),
    );
    this.#bytesAtStart = this.heap.bytesUsed;
  }

  /** Threads that kernels work with. */
  get threads(): number {
    return this.#threads.count;
  }

  /** Ends the threads. (The memory goes with the backend.) */
  override dispose(): void {
    this.#threads.dispose();
  }

  /** The entry of a tensor; its `address` is where the data lie. */
  entry(tensor: TensorInfo): TensorEntry {
    return this.data.get(tensor.dataId);
  }

  /** A new tensor with undefined contents. */
  output(shape: number[], dtype: NumericType): TensorInfo {
    const entry = this.#allocate(util.sizeFromShape(shape), dtype, shape);
    this.data.set(entry, entry);
    return { dataId: entry, shape, dtype };
  }

  #allocate(length: number, dtype: NumericType, shape: number[]): TensorEntry {
    const address = this.heap.allocate(
      length * bytesPerElement(dtype),
      () => `a ${dtype} tensor of shape [${shape.join(', ')}]`,
    );
    return new TensorEntry(this.data, dtype, length, address, this.heap);
  }

  #entryFrom(values: backend_util.BackendValues | undefined, shape: number[], dtype: DataType): TensorEntry {
    if (!isNumeric(dtype)) return new TensorEntry(this.data, dtype, 0, 0, this.heap, values);
    const source = values as unknown as NumericArray | undefined;
    const entry = this.#allocate(source?.length ?? util.sizeFromShape(shape), dtype, shape);
    const view = entry.values as NumericArray;
    if (source === undefined) view.fill(0);
    else view.set(source);
    return entry;
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    const entry = this.#entryFrom(values, shape, dtype);
    this.data.set(entry, entry);
    this.data.observer?.written(entry, shape);
    return entry;
  }

  override move(
    dataId: DataId,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    const entry = this.#entryFrom(values, shape, dtype);
    entry.refCount = refCount;
    this.data.set(dataId, entry);
    this.data.observer?.moved(entry, shape);
  }

  /** A copy, also where the values lie in linear memory: users keep it. */
  override readSync(dataId: DataId): backend_util.BackendValues {
    const entry = this.data.get(dataId);
    this.data.observer?.read(entry);
    if (entry.address === 0) return super.readSync(dataId);
    return (entry.values as NumericArray).slice() as backend_util.BackendValues;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const entry = this.data.get(dataId);
    entry.refCount--;
    if (!force && entry.refCount > 0) return false;
    if (entry.complexTensorInfos !== undefined) {
      this.disposeData(entry.complexTensorInfos.real.dataId, true);
      this.disposeData(entry.complexTensorInfos.imag.dataId, true);
    }
    this.data.delete(dataId);
    if (entry.address !== 0) entry.heap.free(entry.address);
    return true;
  }

  /** Reliable: memory is freed at once. Bytes in blocks (rounded up to 16, with headers), and the size of the linear memory. */
  override memory(): { unreliable: boolean; reasons: string[]; numBytesAllocated: number; numBytesReserved: number } {
    return {
      unreliable: false,
      reasons: [],
      numBytesAllocated: this.heap.bytesUsed - this.#bytesAtStart,
      numBytesReserved: this.heap.buffer.byteLength,
    };
  }
}
