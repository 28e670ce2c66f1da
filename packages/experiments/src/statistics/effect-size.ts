import { moments } from './moments.ts';

/**
 * Cohen's d of paired differences, d = mean ÷ standard deviation of the differences (d_z): ±∞ where all differences are the
 * same, 0 where they are all 0, NaN for a single one.
 *
 * Source: Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), 2.3.5; Lakens, Frontiers in Psychology 4
 * (2013), 863, equation 6.
 */
export function pairedCohensD(differences: readonly number[]): number {
  const { mean, deviation } = moments(differences);
  return mean === 0 && deviation === 0 ? 0 : mean / deviation;
}

/**
 * Cliff's delta: the probability that a value of a exceeds one of b, less the probability that it is exceeded,
 * (#{aᵢ > bⱼ} − #{aᵢ < bⱼ}) ÷ (n·m), from −1 to 1. It asks for ranks alone, so that ceilings and outliers do no harm.
 *
 * Source: Cliff, Dominance statistics, Psychological Bulletin 114 (1993).
 */
export function cliffsDelta(a: readonly number[], b: readonly number[]): number {
  const signs = a.flatMap((left) => b.map((right): number => Math.sign(left - right)));
  return moments(signs).mean;
}
