import { createStream } from '@switchyard/random';

/** Ways to draw n of n values with replacement. */
export interface Resamples {
  /** How often each value is drawn: [resamples, n]. */
  readonly counts: Uint8Array;
  /** Probability of each resample: they sum to 1. */
  readonly weights: Float64Array;
}

/** Up to this many values all resamples are taken: 1716 of them for 7. */
const largestExact = 7;
/** Otherwise so many are drawn; with 1999 the 2.5 % quantile is the 50th smallest. */
const drawn = 1999;

const known = new Map<number, Resamples>();

/**
 * The resamples of a bootstrap of n values. For n ≤ 7 these are all (2n − 1)!/(n!(n − 1)!) of them, each with its
 * multinomial probability n!/(c₁!⋯cₙ!)/nⁿ, so that the bootstrap is exact; for more values 1999 are drawn from a stream
 * of their own, the same ones every time: statistics of the same numbers are the same numbers.
 */
export function resamples(n: number): Resamples {
  let found = known.get(n);
  if (!found) {
    found = n <= largestExact ? all(n) : draw(n);
    known.set(n, found);
  }
  return found;
}

function all(n: number): Resamples {
  const rows: number[][] = [];
  const extend = (row: readonly number[], left: number): void => {
    if (row.length === n - 1) rows.push([...row, left]);
    else for (let count = 0; count <= left; count++) extend([...row, count], left - count);
  };
  extend([], n);
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
  const ways = rows.map((row) => row.reduce((product, count) => product / factorial(count), factorial(n)));
  return { counts: Uint8Array.from(rows.flat()), weights: Float64Array.from(ways, (count) => count / n ** n) };
}

function draw(n: number): Resamples {
  const stream = createStream('switchyard bootstrap').fork(n);
  const counts = new Uint8Array(drawn * n);
  for (let row = 0; row < drawn; row++) {
    for (let value = 0; value < n; value++) counts[row * n + stream.nextInt(n)]!++;
  }
  return { counts, weights: new Float64Array(drawn).fill(1 / drawn) };
}
