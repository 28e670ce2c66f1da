import { ExperimentError } from '../errors.ts';

/** Count, mean x̄ = Σx/n and standard deviation s = √(Σ(x − x̄)²/(n − 1)) of some values; s is NaN for one value. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Moments of at least one finite value.
 *
 * @throws ExperimentError `SWITCHYARD_RESULTS` for no values, NaN or infinities: they have no mean, and dropping them
 *   would move it, so whoever has them must name them first
 */
export function moments(values: readonly number[]): Moments {
  const wrong = values.length === 0 ? 'no values' : values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) {
    throw new ExperimentError(
      'SWITCHYARD_RESULTS',
      `${wrong} cannot be averaged: statistics need finite values; report what is missing apart`,
    );
  }
  const count = values.length;
  // Equal values have no spread at all, which rounding of their mean must not hide.
  if (values.every((value) => value === values[0])) {
    return { count, mean: values[0]!, deviation: count === 1 ? Number.NaN : 0 };
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, deviation: Math.sqrt(squares / (count - 1)) };
}
