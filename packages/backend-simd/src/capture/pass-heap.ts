import type { Heap } from '../heap.ts';
import { blockSize, type Lifetime } from './plan.ts';

/** The heap of one observed run of a step. */
export interface PassHeap extends Heap {
  /** Called before a block is freed. */
  onFree: ((address: number) => void) | undefined;
  /** Blocks not yet freed. */
  readonly live: number;
  /** Number of a live block, in order of allocation. */
  blockAt(address: number): number;
  /** Ends the observation: what is freed later does not count. */
  close(): void;
}

/** Hands out blocks of `heap` and notes what is allocated and freed when. */
export interface Probe extends PassHeap {
  /** Allocations as bytes ≥ 0, frees as −1 − number of the block. */
  readonly events: readonly number[];
  lifetimes(): Lifetime[];
  /** Bytes of the blocks that were alive together, at most. */
  livePeak(): number;
}

export function createProbe(heap: Heap): Probe {
  const events: number[] = [];
  const blocks = new Map<number, number>();
  let count = 0;
  let open = true;
  return {
    onFree: undefined,
    memory: heap.memory,
    get buffer() {
      return heap.buffer;
    },
    get bytesUsed() {
      return heap.bytesUsed;
    },
    get live() {
      return blocks.size;
    },
    events,
    blockAt: (address) => blocks.get(address)!,
    allocate(bytes, what) {
      const address = heap.allocate(bytes, what);
      if (open) events.push(bytes);
      blocks.set(address, count++);
      return address;
    },
    free(address) {
      this.onFree?.(address);
      if (open) events.push(-1 - blocks.get(address)!);
      blocks.delete(address);
      heap.free(address);
    },
    close() {
      open = false;
    },
    lifetimes() {
      const lifetimes: { bytes: number; start: number; end: number }[] = [];
      events.forEach((event, at) => {
        if (event >= 0) lifetimes.push({ bytes: event, start: at, end: Number.POSITIVE_INFINITY });
        else lifetimes[-1 - event]!.end = at;
      });
      return lifetimes;
    },
    livePeak() {
      const sizes: number[] = [];
      let live = 0;
      let peak = 0;
      for (const event of events) {
        if (event >= 0) live += sizes[sizes.push(blockSize(event)) - 1]!;
        else live -= sizes[-1 - event]!;
        peak = Math.max(peak, live);
      }
      return peak;
    },
  };
}

/** One block of `heap` in which every run of a step finds its tensors at the same addresses. */
export interface Arena extends PassHeap {
  readonly base: number;
  readonly bytes: number;
  /** Whether the last run allocated and freed what was planned, all of it, in the planned order. */
  readonly onPlan: boolean;
  /** Starts the next run. */
  rewind(): void;
  /** Gives the block back, at once or when the last tensor in it is gone. */
  release(): void;
}

/**
 * @param events those of the run that was planned for; a run that leaves them goes on in `heap`, so that it stays correct
 * @param offsets of the blocks, in order of allocation
 * @throws SimdError SWITCHYARD_SIMD_MEMORY when there is no room
 */
export function createArena(heap: Heap, events: readonly number[], offsets: readonly number[], bytes: number): Arena {
  const base = heap.allocate(bytes, () => 'the arena of a captured step');
  const blocks = new Map<number, number>();
  let next = 0;
  let count = 0;
  let open = false;
  let onPlan = true;
  let released = false;
  const planned = (event: number) => {
    if (open) onPlan &&= events[next++] === event;
    return open && onPlan;
  };
  return {
    onFree: undefined,
    memory: heap.memory,
    get buffer() {
      return heap.buffer;
    },
    get bytesUsed() {
      return heap.bytesUsed;
    },
    get live() {
      return blocks.size;
    },
    base,
    bytes,
    get onPlan() {
      return onPlan && next === events.length;
    },
    blockAt: (address) => blocks.get(address)!,
    rewind() {
      next = 0;
      count = 0;
      open = true;
      onPlan = blocks.size === 0;
    },
    allocate(size, what) {
      const address = planned(size) ? base + offsets[count]! : heap.allocate(size, what);
      blocks.set(address, count++);
      return address;
    },
    free(address) {
      this.onFree?.(address);
      planned(-1 - blocks.get(address)!);
      blocks.delete(address);
      if (address < base || address >= base + bytes) heap.free(address);
      if (released && blocks.size === 0) heap.free(base);
    },
    close() {
      open = false;
    },
    release() {
      released = true;
      if (blocks.size === 0) heap.free(base);
    },
  };
}
