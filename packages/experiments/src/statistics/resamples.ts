import { createStream } from '@switchyard/random';

/** Ways to draw n of n values with replacement. */
export interface Resamples {
  /** How often each value is drawn: [resamples, n]. */
  readonly counts: Float64Array;
  /** Probability of each resample: they sum to 1. */
  readonly weights: Float64Array;
}

/** Up to this many values all resamples are taken: 6435 of them for 8. */
const largestExact = 8;
/** For more values so many are drawn. */
const drawn = 4999;

const known = new Map<number, Resamples>();

/**
 * The resamples of a bootstrap of n values. For n ≤ 8 these are all (2n − 1)!/(n!(n − 1)!) of them, each with its
 * multinomial probability n!/(c₁!⋯cₙ!)/nⁿ, so that the bootstrap is exact; for more values 4999 are drawn from a stream
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
  return { counts: Float64Array.from(rows.flat()), weights: Float64Array.from(ways, (count) => count / n ** n) };
}

function draw(n: number): Resamples {
  const stream = createStream('switchyard bootstrap').fork(n);
  const counts = new Float64Array(drawn * n);
  for (let row = 0; row < drawn; row++) {
    for (let value = 0; value < n; value++) counts[row * n + stream.nextInt(n)]!++;
  }
  return { counts, weights: new Float64Array(drawn).fill(1 / drawn) };
}
