import { RandomError } from './errors.ts';
import { deriveKey, deriveKeyOfPieces, type Label } from './label.ts';
import { normalFromBits } from './normal.ts';
import { threefry, type Words } from './threefry.ts';

/** What `fill` draws: 'uniform' on [0, 1), 'normal' with mean 0 and variance 1. */
export type Distribution = 'normal' | 'uniform';

/** An endless row of random numbers that depends only on the seed and the labels it was forked with. */
export interface Stream {
  /**
   * Four 32-bit words that the stream is made from, for generators elsewhere (in WebAssembly, on a GPU): its word 4b + i is
   * word i of the Threefry4x32-20 image of (b mod 2^32, b / 2^32, 0, 0) under this key, and the key of `fork(n)`, for an
   * integer n, is the image of (n mod 2^32, n / 2^32, 0, 2^28). Quotients are rounded down.
   */
  readonly key: readonly [number, number, number, number];
  /**
   * An independent stream that depends only on this stream's seed and labels and on `labels`, not on how many numbers were
   * drawn: `fork('a', 1)` is `fork('a').fork(1)`, the label 1 is not the label '1', and ('a', 'b') is not ('ab').
   *
   * @throws RandomError `SWITCHYARD_RANDOM_LABEL` without labels, or unless each is a string or a safe integer
   */
  fork(...labels: Label[]): Stream;
  /** `fork(label)` of a label that is read a piece at a time, such as a file: of the pieces joined, however they are cut. */
  forkPieces(pieces: Iterable<string>): Stream;
  /** An integer, uniform on 0 … 2^32 − 1. Takes one word of the stream. */
  nextUint32(): number;
  /** A multiple of 2^−53, uniform on [0, 1). Takes two words. */
  nextFloat(): number;
  /**
   * An integer, exactly uniform on 0 … bound − 1: words that would favour small results are drawn again.
   *
   * @throws RandomError `SWITCHYARD_RANDOM_BOUND` unless bound is an integer from 1 to 2^32
   */
  nextInt(bound: number): number;
  /**
   * Fills the array and returns it; one word of the stream an element. Uniform numbers are multiples of 2^−24 in [0, 1).
   *
   * @throws RandomError `SWITCHYARD_RANDOM_DISTRIBUTION` unless the distribution is 'normal' or 'uniform'
   */
  fill<T extends Float32Array>(array: T, distribution: Distribution): T;
}

/** Words made at a time: few enough that a stream used for a handful of numbers wastes little. */
const BUFFER = 16;

/** The key of every tree of streams: the first 128 bits of the fraction of π. */
const ROOT: Words = [0x243f6a88, 0x85a308d3 | 0, 0x13198a2e, 0x03707344];

/**
 * The stream of a seed. The same seed gives the same numbers on every machine, in every version of this package.
 *
 * @throws RandomError `SWITCHYARD_RANDOM_LABEL` unless the seed is a string or a safe integer
 */
export function createStream(seed: number | string): Stream {
  return new CounterStream(deriveKey(ROOT, seed));
}

/** Block b of a stream is the cipher's image of the counter (b mod 2^32, b / 2^32, 0, 0) under the stream's key. */
class CounterStream implements Stream {
  readonly key: Words;
  private readonly buffer = new Int32Array(BUFFER);
  private cursor = BUFFER;
  private block = 0;

  constructor(key: Words) {
    this.key = key;
  }

  fork(...labels: Label[]): Stream {
    if (labels.length === 0) {
      throw new RandomError(
        'SWITCHYARD_RANDOM_LABEL',
        'fork() got no labels and would repeat its parent: pass at least one string or integer',
      );
    }
    return new CounterStream(labels.reduce(deriveKey, this.key));
  }

  forkPieces(pieces: Iterable<string>): Stream {
    return new CounterStream(deriveKeyOfPieces(this.key, pieces));
  }

  nextUint32(): number {
    if (this.cursor === BUFFER) this.refill();
    return this.buffer[this.cursor++]! >>> 0;
  }

  nextFloat(): number {
    const high = this.nextUint32() >>> 5;
    return (high * 2 ** 26 + (this.nextUint32() >>> 6)) * 2 ** -53;
  }

  nextInt(bound: number): number {
    if (!(bound >= 1 && bound <= 2 ** 32 && Number.isInteger(bound))) {
      throw new RandomError(
        'SWITCHYARD_RANDOM_BOUND',
        `nextInt(${bound}) has no result: the bound must be an integer from 1 to 2^32`,
      );
    }
    // The last, incomplete run of `bound` words is refused.
    for (;;) {
      const word = this.nextUint32();
      const remainder = word % bound;
      if (word - remainder <= 2 ** 32 - bound) return remainder;
    }
  }

  fill<T extends Float32Array>(array: T, distribution: Distribution): T {
    if (distribution === 'uniform') {
      for (let i = 0; i < array.length; i++) array[i] = (this.nextUint32() >>> 8) * 2 ** -24;
    } else if (distribution === 'normal') {
      for (let i = 0; i < array.length; i++) array[i] = normalFromBits(this.nextUint32());
    } else {
      throw new RandomError(
        'SWITCHYARD_RANDOM_DISTRIBUTION',
        `fill knows no distribution '${String(distribution)}': pass 'normal' or 'uniform'`,
      );
    }
    return array;
  }

  private refill(): void {
    threefry(this.key, [this.block | 0, Math.floor(this.block / 2 ** 32), 0, 0], this.buffer);
    this.block += BUFFER / 4;
    this.cursor = 0;
  }
}
