import { type DataId, DataStorage, engine, type KernelBackend } from '@tensorflow/tfjs-core';
import type { Observer } from './capture/observer.ts';
import type { TensorEntry } from './tensor-entry.ts';

/**
 * Data ids to entries. An entry is its own data id, so the usual look-up is one comparison; only tensors that came from another backend
 * keep a foreign id and need a map.
 */
export class TensorStorage extends DataStorage<TensorEntry> {
  /** Watches while a step is captured. */
  observer: Observer | undefined;
  readonly #backend: KernelBackend;
  readonly #moved = new WeakMap<DataId, TensorEntry>();
  #count = 0;

  constructor(backend: KernelBackend) {
    super(backend, engine());
    this.#backend = backend;
  }

  override get(dataId: DataId): TensorEntry {
    if ((dataId as TensorEntry).owner === this) return dataId as TensorEntry;
    if (!this.#moved.has(dataId)) engine().moveData(this.#backend, dataId);
    return this.#moved.get(dataId)!;
  }

  override set(dataId: DataId, entry: TensorEntry): void {
    if (dataId !== entry) this.#moved.set(dataId, entry);
    this.#count++;
  }

  override has(dataId: DataId): boolean {
    return (dataId as TensorEntry).owner === this || this.#moved.has(dataId);
  }

  override delete(dataId: DataId): boolean {
    const entry = (dataId as TensorEntry).owner === this ? (dataId as TensorEntry) : this.#moved.get(dataId);
    if (entry === undefined) return false;
    entry.owner = undefined;
    this.#moved.delete(dataId);
    this.#count--;
    return true;
  }

  override numDataIds(): number {
    return this.#count;
  }
}
