// How element-wise work is cut into chunks.
import { scratch } from './parallel';

/** Elements of a chunk, at least, for work that memory bounds: some 5 µs. */
export const LIGHT: i32 = 16384;

/** Elements of a chunk, at least, for functions of some 20 instructions. */
export const HEAVY: i32 = 4096;

/**
 * The length of equal pieces of n > 0: at least `least`, at most 64 of them, and an even number, so that two threads have the same to
 * do; in multiples of `step`. All of n where that is not two pieces.
 */
export function pieceOf(n: i32, least: i32, step: i32): i32 {
  const pieces = min(64, n / max(1, least)) & ~1;
  if (pieces < 2) return n;
  return ((n + pieces - 1) / pieces + step - 1) / step * step;
}

/** How many pieces of `length` there are in n. */
// @ts-ignore: decorator
@inline
export function piecesIn(n: i32, length: i32): i32 {
  return n > 0 ? (n + length - 1) / length : 0;
}

/** Bytes of scratch memory that sums may take. */
const ROOM: usize = 128 * 1024;

/**
 * Where a chunk adds up `bytes` of sums that belong to `to`: in its thread's scratch memory where they fit, for cache lines that chunks
 * share at the ends of their results would travel between their cores all the time.
 */
export function roomFor(to: usize, bytes: usize): usize {
  return bytes <= ROOM ? scratch() : to;
}
