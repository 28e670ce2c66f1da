import { SimdError } from './errors.ts';

/** Bytes before every block: its size with a flag for "free", and the address of the block before it. */
const HEADER = 16;
/** Header plus room for the two links of a free block; every size is a multiple of 16, so that vectors stay aligned. */
const SMALLEST = 32;
const PAGE = 65_536;
const MAXIMUM_PAGES = 65_536;
/** Growing by a sixteenth, and at least 8 MiB, keeps the number of growths logarithmic. */
const SMALLEST_GROWTH = 128;
/** Kept free at the end of memory: kernels may load (never store) up to 64 bytes past a tensor. */
const SLACK = 64;
const FREE = 1;
/** Steps per power of two: a request wastes at most a sixteenth. */
const STEPS_LOG2 = 4;
const STEPS = 1 << STEPS_LOG2;

/** Allocates blocks of the linear memory that the kernels work in. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  /** The buffer of the memory at its present size; replaced when the memory grows. */
  readonly buffer: ArrayBufferLike;
  /** Bytes in blocks handed out, headers included. */
  readonly bytesUsed: number;
  /**
   * The byte address of a block of at least `bytes`, aligned to 16; `what` names the wish in the error.
   *
   * @throws SimdError SWITCHYARD_SIMD_MEMORY when the memory cannot grow any further.
   */
  allocate(bytes: number, what: () => string): number;
  free(address: number): void;
}

/**
 * A two-level segregated fit: free blocks hang in lists by size (16 per power of two), two bit maps find the first list that fits, and
 * neighbours merge on free. Both operations take constant time. Block headers live in the memory itself.
 *
 * @param memory shared or not; grows on demand up to its maximum
 * @param start first byte the heap may use
 */
export function createHeap(memory: WebAssembly.Memory, start: number): Heap {
  let buffer: ArrayBufferLike = memory.buffer;
  let words = new Uint32Array(buffer);
  const heads = new Uint32Array(32 * STEPS);
  const steps = new Uint32Array(32);
  let levels = 0;
  let bytesUsed = 0;

  const sizeOf = (block: number): number => (words[block >>> 2]! & ~15) >>> 0;
  const isFree = (block: number): boolean => (words[block >>> 2]! & FREE) !== 0;

  /** List of the largest sizes not above `size`. */
  function listOf(size: number): number {
    const units = size >>> 4;
    if (units < STEPS) return units;
    const top = 31 - Math.clz32(units);
    return ((top - STEPS_LOG2 + 1) << STEPS_LOG2) + ((units >>> (top - STEPS_LOG2)) & (STEPS - 1));
  }

  function link(block: number, size: number): void {
    const list = listOf(size);
    const next = heads[list]!;
    words[block >>> 2] = size | FREE;
    words[(block >>> 2) + 4] = next;
    words[(block >>> 2) + 5] = 0;
    if (next !== 0) words[(next >>> 2) + 5] = block;
    heads[list] = block;
    const level = list >>> STEPS_LOG2;
    levels |= 1 << level;
    steps[level] = steps[level]! | (1 << (list & (STEPS - 1)));
  }

  function unlink(block: number): void {
    const next = words[(block >>> 2) + 4]!;
    const previous = words[(block >>> 2) + 5]!;
    if (next !== 0) words[(next >>> 2) + 5] = previous;
    if (previous !== 0) {
      words[(previous >>> 2) + 4] = next;
      return;
    }
    const list = listOf(sizeOf(block));
    heads[list] = next;
    if (next !== 0) return;
    const level = list >>> STEPS_LOG2;
    steps[level] = steps[level]! & ~(1 << (list & (STEPS - 1)));
    if (steps[level] === 0) levels &= ~(1 << level);
  }

  /** A free block of at least `size`, or 0. Looks only at lists all of whose blocks fit. */
  function find(size: number): number {
    const units = size >>> 4;
    const top = 31 - Math.clz32(units);
    const list = listOf(units < STEPS ? size : size + ((1 << (top - STEPS_LOG2)) - 1) * 16);
    let level = list >>> STEPS_LOG2;
    let inLevel = steps[level]! & (-1 << (list & (STEPS - 1)));
    if (inLevel === 0) {
      const above = level === 31 ? 0 : levels & (-1 << (level + 1));
      if (above === 0) return 0;
      level = 31 - Math.clz32(above & -above);
      inLevel = steps[level]!;
    }
    return heads[(level << STEPS_LOG2) + 31 - Math.clz32(inLevel & -inLevel)]!;
  }

  /** Releases a block into the lists, merged with free neighbours. */
  function release(address: number): void {
    let block = address;
    let size = sizeOf(block);
    const before = words[(block >>> 2) + 1]!;
    if (before !== 0 && isFree(before)) {
      unlink(before);
      size += sizeOf(before);
      block = before;
    }
    const after = block + size;
    if (isFree(after)) {
      unlink(after);
      size += sizeOf(after);
    }
    link(block, size);
    words[((block + size) >>> 2) + 1] = block;
  }

  /** The end of the heap: a block in use, without size, that no neighbour merges with. */
  let end = (start + 15) & ~15;

  function grow(size: number): boolean {
    const pagesNow = buffer.byteLength / PAGE;
    const needed = Math.ceil((size + HEADER + SLACK) / PAGE);
    for (const wish of [Math.max(needed, SMALLEST_GROWTH, pagesNow >>> 4), needed]) {
      if (pagesNow + wish > MAXIMUM_PAGES) continue;
      try {
        memory.grow(wish);
      } catch {
        continue;
      }
      adopt();
      return true;
    }
    return false;
  }

  /** Makes everything between the old and the new end of memory a free block. */
  function adopt(): void {
    buffer = memory.buffer;
    words = new Uint32Array(buffer);
    const block = end;
    end = (buffer.byteLength - SLACK - HEADER) & ~15;
    if (end < 0) end += 2 ** 32;
    words[end >>> 2] = 0;
    words[block >>> 2] = end - block;
    words[(end >>> 2) + 1] = block;
    release(block);
  }

  if (buffer.byteLength > end + SLACK + 2 * SMALLEST) adopt();

  return {
    memory,
    get buffer() {
      return buffer;
    },
    get bytesUsed() {
      return bytesUsed;
    },
    allocate(bytes, what) {
      const size = bytes <= SMALLEST - HEADER ? SMALLEST : Math.ceil((bytes + HEADER) / 16) * 16;
      let block = size < 2 ** 32 ? find(size) : 0;
      if (block === 0) {
        if (size >= 2 ** 32 || !grow(size + (size >>> STEPS_LOG2)))
          throw outOfMemory(bytes, bytesUsed, buffer.byteLength, what());
        block = find(size);
      }
      unlink(block);
      const whole = sizeOf(block);
      const rest = whole - size;
      if (rest >= SMALLEST) {
        const remainder = block + size;
        words[block >>> 2] = size;
        words[(remainder >>> 2) + 1] = block;
        words[((block + whole) >>> 2) + 1] = remainder;
        link(remainder, rest);
        bytesUsed += size;
      } else {
        words[block >>> 2] = whole;
        bytesUsed += whole;
      }
      return block + HEADER;
    },
    free(address) {
      const block = address - HEADER;
      bytesUsed -= sizeOf(block);
      release(block);
    },
  };
}

function outOfMemory(bytes: number, used: number, size: number, what: string): SimdError {
  const mebibytes = (count: number) => `${(count / 2 ** 20).toFixed(1)} MiB`;
  return new SimdError(
    'SWITCHYARD_SIMD_MEMORY',
    `No room for ${what}: it needs ${mebibytes(bytes)}, ${mebibytes(used)} are in use and the memory cannot grow beyond ${mebibytes(size)} by that much (limit 4096 MiB). Dispose tensors (tf.tidy), or use smaller batches.`,
  );
}
