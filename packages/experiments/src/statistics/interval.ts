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

/** Share of the sample's own variance in the variance of every resample. */
const steadying = 0.02;

/**
 * Mean with a studentised bootstrap (percentile-t) interval: with t* = (x̄* − x̄)/(s*/√n) over the resamples and t*(p) its
 * quantiles, [x̄ − t*(1 − α/2)·s/√n, x̄ − t*(α/2)·s/√n], for α = 1 − confidence.
 *
 * Two changes make it fit for the 5 to 20 seeds of a study. Each end lies at least as far out as that of Student's t
 * interval, which keeps symmetric data covered; and s*² is (1 − λ)s*² + λs² with λ = 0.02, because a resample of nearly
 * equal values would otherwise have a t* without limit. In simulation the 95 % interval covers the mean of normal,
 * uniform, beta and gamma data in 94 to 97 % of cases with 5, 8 and 20 values, of exponential data in 93 to 96 %
 * (interval.test.ts); Student's t alone gets 88 % there with 5 values, the percentile bootstrap and BCa 78 %, and on
 * normal data 85 %. Nothing helps where the values do not show the spread: a rare failure that no seed met is in no
 * interval, and equal values give an interval of no width.
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
  const [low, high] = studentisedQuantiles(values, sample, tail);
  const error = deviation / Math.sqrt(count);
  return {
    ...sample,
    lower: Math.max(range[0], mean - Math.max(high, student) * error),
    upper: Math.min(range[1], mean - Math.min(low, -student) * error),
  };
}

/** The quantiles t*(tail) and t*(1 − tail) over the resamples. */
function studentisedQuantiles(
  values: readonly number[],
  { count, mean, deviation }: Moments,
  tail: number,
): [low: number, high: number] {
  const { counts, weights } = resamples(count);
  const centred = values.map((value) => value - mean);
  const students = weights.map((_, row) => {
    let sum = 0;
    let squares = 0;
    for (let index = 0; index < count; index++) {
      const times = counts[row * count + index]!;
      const value = centred[index]!;
      sum += times * value;
      squares += times * value * value;
    }
    const shift = sum / count;
    const variance = (Math.max(0, squares / count - shift * shift) * count) / (count - 1);
    return shift / Math.sqrt(((1 - steadying) * variance + steadying * deviation * deviation) / count);
  });
  const order = Uint32Array.from(students.keys()).sort((a, b) => students[a]! - students[b]!);
  let below = 0;
  let low: number | undefined;
  for (const row of order) {
    below += weights[row]!;
    if (low === undefined && below >= tail - 1e-12) low = students[row]!;
    if (below >= 1 - tail - 1e-12) return [low!, students[row]!];
  }
  throw new RangeError('the probabilities of the resamples do not reach 1');
}
