import { type Moments, moments } from './moments.ts';
import { resamples } from './resamples.ts';
import { studentQuantile } from './student-t.ts';

/** A mean over seeds with its confidence interval; the bounds are NaN for one value, which says nothing of the spread. */
export interface MeanInterval extends Moments {
  readonly lower: number;
  readonly upper: number;
}

export interface IntervalOptions {
  /** Share of such intervals that hold the true mean; 0.95 by default. */
  readonly confidence?: number;
  /** What the mean cannot fall below or exceed, as 0 and 1 for accuracies; unbounded by default. */
  readonly range?: readonly [lowest: number, highest: number];
}

/** Share λ of the sample's own variance in the variance of every resample, by simulation of 5 to 20 values. */
const steadying = (count: number): number => (count < 8 ? 0.02 : 0.05);

/**
 * Mean with a studentised bootstrap (percentile-t) interval: with t′ = (x̄′ − x̄) ÷ (s′/√n) over the resamples and t′(p) its
 * quantiles, [x̄ − t′(1 − α/2)·s/√n, x̄ − t′(α/2)·s/√n], for α = 1 − confidence.
 *
 * Two changes make it fit for the 5 to 20 seeds of a study. Each end lies at least as far out as that of Student's t
 * interval, which keeps symmetric data covered; and s′² is (1 − λ)s′² + λs² with a small λ, because a resample of nearly
 * equal values would otherwise have a t′ without limit. In simulation the 95 % interval covers the mean of normal,
 * bounded (uniform, beta) and skewed (gamma, log-normal, exponential) data in 93 to 97 % of samples of 5, 8 and 20
 * values (interval.test.ts). Of 5 exponential values, Student's t covers it in 88 %, the percentile bootstrap and BCa in
 * 78 %; of 5 normal ones BCa in 85 %. Nothing helps where the values do not show the spread: a rare failure that no seed
 * met is in no interval, and equal values give an interval of no width.
 *
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), 12.5; Hall, The Bootstrap and Edgeworth
 * Expansion (1992), 3.10. The two changes are our own (r).
 *
 * @throws ExperimentError `SWITCHYARD_RESULTS` for no values, NaN or infinities
 */
export function meanInterval(values: readonly number[], options: IntervalOptions = {}): MeanInterval {
  const { confidence = 0.95, range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] } = options;
  const sample = moments(values);
  const { count, mean, deviation } = sample;
  if (count === 1) return { ...sample, lower: Number.NaN, upper: Number.NaN };
  if (deviation === 0) return { ...sample, lower: mean, upper: mean };
  const tail = (1 - confidence) / 2;
  const student = studentQuantile(1 - tail, count - 1);
  const { counts, weights } = resamples(count);
  const students = farStudents(values, sample, counts, student);
  const error = deviation / Math.sqrt(count);
  return {
    ...sample,
    lower: Math.max(range[0], mean - farQuantile(students.above, weights, tail, student) * error),
    upper: Math.min(range[1], mean + farQuantile(students.below, weights, tail, student) * error),
  };
}

/** A resample and the size of its t′. */
interface FarStudent {
  readonly row: number;
  readonly size: number;
}

/** The resamples whose t′ lies above `least` or below −`least`; the others decide nothing. */
function farStudents(
  values: readonly number[],
  { count, mean, deviation }: Moments,
  counts: Float64Array,
  least: number,
): { below: FarStudent[]; above: FarStudent[] } {
  const lambda = steadying(count);
  const own = (1 - lambda) / (count - 1);
  const shared = lambda * count;
  const limit = least * least;
  // In units of the deviation: t′ does not depend on them, and squares of very small differences do not vanish.
  const centred = Float64Array.from(values, (value) => (value - mean) / deviation);
  const below: FarStudent[] = [];
  const above: FarStudent[] = [];
  for (let start = 0; start < counts.length; start += count) {
    let sum = 0;
    let squares = 0;
    for (let index = 0; index < count; index++) {
      const value = centred[index]!;
      const part = counts[start + index]! * value;
      sum += part;
      squares += part * value;
    }
    // n times the steadied variance, which the sample's own share keeps positive.
    const spread = own * (count * squares - sum * sum) + shared;
    if (sum * sum > limit * spread) {
      (sum > 0 ? above : below).push({ row: start / count, size: Math.abs(sum) / Math.sqrt(spread) });
    }
  }
  return { below, above };
}

/** The size beyond which lie t′ of probability `tail`, or `least` where that is further out. */
function farQuantile(students: FarStudent[], weights: Float64Array, tail: number, least: number): number {
  let beyond = 0;
  for (const { row, size } of students.sort((a, b) => b.size - a.size)) {
    beyond += weights[row]!;
    if (beyond >= tail - 1e-12) return size;
  }
  return least;
}
