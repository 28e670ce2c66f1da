import type { MeanInterval } from '../statistics/interval.ts';
import { type Alternative, signFlipTest, smallestP } from '../statistics/sign-flip.ts';
import type { Comparison } from '../study/schema.ts';

/** What a comparison claims of the mean difference. */
export type ClaimedDifference = Pick<Comparison, 'direction' | 'margin'>;

const alternatives: Readonly<Record<Comparison['direction'], Alternative>> = {
  greater: 'greater',
  less: 'less',
  different: 'different',
  similar: 'greater',
  notLess: 'greater',
};

/**
 * p of what is claimed: a difference beyond the margin in its direction. `notLess` is non-inferiority, a difference above
 * −margin; `similar` takes two one-sided tests, of which the weaker counts (Schuirmann, Journal of Pharmacokinetics and
 * Biopharmaceutics 15, 1987).
 */
export function pOf({ direction, margin }: ClaimedDifference, differences: readonly number[]): number {
  const against = (bound: number, alternative: Alternative) =>
    signFlipTest(
      differences.map((difference) => difference - bound),
      alternative,
    ).p;
  if (direction === 'greater') return against(margin, 'greater');
  if (direction === 'notLess') return against(-margin, 'greater');
  if (direction === 'less') return against(-margin, 'less');
  if (direction === 'similar') return Math.max(against(-margin, 'greater'), against(margin, 'less'));
  return margin === 0
    ? against(0, 'different')
    : Math.min(1, 2 * Math.min(against(margin, 'greater'), against(-margin, 'less')));
}

/** The smallest p that so many differences can give. */
export function smallestPOf({ direction }: ClaimedDifference, count: number): number {
  return smallestP(count, alternatives[direction]);
}

/** How far a mean difference lies inside what is claimed; negative where it lies outside. */
export function room({ direction, margin }: ClaimedDifference, mean: number): number {
  if (direction === 'greater') return mean - margin;
  if (direction === 'notLess') return mean + margin;
  if (direction === 'less') return -margin - mean;
  return direction === 'different' ? Math.abs(mean) - margin : margin - Math.abs(mean);
}

/** True where the whole interval of the difference lies where the claim says; for `similar`, where its middle does. */
export function speaksFor({ direction, margin }: ClaimedDifference, { lower, upper, mean }: MeanInterval): boolean {
  if (direction === 'greater') return lower > margin;
  if (direction === 'notLess') return lower > -margin;
  if (direction === 'less') return upper < -margin;
  if (direction === 'different') return lower > margin || upper < -margin;
  return Math.abs(mean) < margin;
}

/** True where the whole interval lies where the claim says the difference is not. */
export function speaksAgainst({ direction, margin }: ClaimedDifference, { lower, upper }: MeanInterval): boolean {
  if (direction === 'greater') return upper < margin;
  if (direction === 'notLess') return upper < -margin;
  if (direction === 'less') return lower > -margin;
  if (direction === 'different') return -margin < lower && upper < margin;
  return lower > margin || upper < -margin;
}
