import type { Heap } from '../heap.ts';
import { blockSize, type Lifetime } from './plan.ts';
import type { BlockByte } from './trace.ts';

/** Moves the second run in an arena: an address changes by this much, every other number stays. */
const SHIFT = 64;

/** The heap of one observed run of a step. */
export interface PassHeap extends Heap {
  /** Blocks not yet freed. */
  readonly live: number;
  /** The live block that holds a byte. */
  find(address: number): BlockByte | undefined;
  /** Ends the observation: what is freed later does not count. */
  close(): void;
}

/** Hands out blocks of `heap` and notes what is allocated and freed when. */
export interface Probe extends PassHeap {
  /** Allocations as bytes ≥ 0, frees as −1 − number of the block. */
  readonly events: readonly number[];
  lifetimes(): Lifetime[];
}

export function createProbe(heap: Heap): Probe {
  const events: number[] = [];
  const blocks = new Map<number, number>();
  let count = 0;
  let open = true;
  return {
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
    find(address) {
      const block = blocks.get(address);
      return block === undefined ? undefined : { block, offset: 0 };
    },
    allocate(bytes, what) {
      const address = heap.allocate(bytes, what);
      if (open) events.push(bytes);
      blocks.set(address, count++);
      return address;
    },
    free(address) {
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
  };
}

/** One block of `heap` in which the runs of a step find their tensors at the same places, up to a shift. */
export interface Arena extends PassHeap {
  /** Whether the last run allocated and freed what was planned, all of it, in the planned order. */
  readonly onPlan: boolean;
  /** Starts the next run, moved by a few bytes against the last. */
  rewind(): void;
  /** Gives the memory back, at once or when the last tensor in it is gone. */
  release(): void;
}

/**
 * @param events those of the run that was planned for; a run that leaves them goes on in `heap`, so that it stays correct
 * @param offsets of the blocks, in order of allocation
 * @throws SimdError SWITCHYARD_SIMD_MEMORY when there is no room
 */
export function createArena(heap: Heap, events: readonly number[], offsets: readonly number[], bytes: number): Arena {
  const base = heap.allocate(bytes + SHIFT, () => 'the arena of a captured step');
  const sizes = events.filter((event) => event >= 0).map(blockSize);
  const blocks = new Map<number, number>();
  let shift = SHIFT;
  let next = 0;
  let count = 0;
  let open = false;
  let onPlan = true;
  let released = false;
  const inside = (address: number) => address >= base && address < base + bytes + SHIFT;
  const planned = (event: number) => {
    if (open) onPlan &&= events[next++] === event;
    return open && onPlan;
  };
  return {
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
    get onPlan() {
      return onPlan && next === events.length;
    },
    find(address) {
      if (!inside(address)) return undefined;
      for (const [start, block] of blocks) {
        const offset = address - start;
        if (offset >= 0 && offset < sizes[block]!) return { block, offset };
      }
      return undefined;
    },
    rewind() {
      shift = SHIFT - shift;
      next = 0;
      count = 0;
      open = true;
      onPlan = blocks.size === 0;
    },
    allocate(size, what) {
      const address = planned(size) ? base + shift + offsets[count]! : heap.allocate(size, what);
      blocks.set(address, count++);
      return address;
    },
    free(address) {
      planned(-1 - blocks.get(address)!);
      blocks.delete(address);
      if (!inside(address)) heap.free(address);
      if (released && blocks.size === 0) heap.free(base);
    },
    close() {
      open = false;
    },
    release() {
      if (released) return;
      released = true;
      if (blocks.size === 0) heap.free(base);
    },
  };
}
