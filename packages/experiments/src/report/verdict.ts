import type { MeanInterval } from '../statistics/interval.ts';
import type { Comparison } from '../study/schema.ts';
import { differenceText, isShare, pText } from './names.ts';

export type Verdict = 'supported' | 'not supported' | 'undecided';

/** What a verdict rests on. */
export interface Evidence {
  readonly comparison: Comparison;
  readonly differences: readonly number[];
  readonly missing: readonly string[];
  readonly difference: MeanInterval | undefined;
  readonly corrected: number;
  readonly reachable: number;
  readonly seedsNeeded: number;
}

/**
 * The verdict of a comparison and its reason in words. Supported: the corrected p is at most alpha. Undecided: runs are
 * missing, so few seeds could not have reached alpha whatever they had shown, or the interval speaks for the claim and the
 * corrected test does not. Not supported: the test could have shown it and did not, or the whole interval speaks against it.
 */
export function verdictOf(evidence: Evidence, alpha: number): { verdict: Verdict; reason: string } {
  const { comparison, differences, missing, difference, corrected, reachable, seedsNeeded } = evidence;
  if (missing.length > 0 || !difference) {
    return {
      verdict: 'undecided',
      reason: missing.length > 0 ? `missing: ${missing.join(', ')}` : 'nothing was compared',
    };
  }
  if (corrected <= alpha) return { verdict: 'supported', reason: `p ${pText(corrected)} after correction` };
  if (speaksAgainst(comparison, difference)) {
    return { verdict: 'not supported', reason: 'the whole interval speaks against the claim' };
  }
  if (reachable > alpha) {
    const seeds = differences.length === 1 ? '1 seed gives' : `${differences.length} seeds give`;
    return {
      verdict: 'undecided',
      reason: `${seeds} a corrected p of ${pText(reachable)} at best: this test needs ${seedsNeeded} seeds`,
    };
  }
  if (speaksFor(comparison, difference)) {
    return {
      verdict: 'undecided',
      reason: `the interval speaks for the claim, but p is ${pText(corrected)} after correction`,
    };
  }
  const unit = isShare(comparison.metric) ? ' points' : '';
  return {
    verdict: 'not supported',
    reason: `p ${pText(corrected)} after correction, mean difference ${differenceText(comparison.metric, difference.mean)}${unit}`,
  };
}

/** True where the whole interval of the difference lies where the claim says; for `similar`, where its middle does. */
function speaksFor({ direction, margin }: Comparison, { lower, upper, mean }: MeanInterval): boolean {
  if (direction === 'greater') return lower > margin;
  if (direction === 'less') return upper < -margin;
  if (direction === 'different') return lower > margin || upper < -margin;
  return Math.abs(mean) < margin;
}

/** True where the whole interval lies where the claim says the difference is not. */
function speaksAgainst({ direction, margin }: Comparison, { lower, upper }: MeanInterval): boolean {
  if (direction === 'greater') return upper < margin;
  if (direction === 'less') return lower > -margin;
  if (direction === 'different') return -margin < lower && upper < margin;
  return lower > margin || upper < -margin;
}

/** The verdict of several comparisons together: supported where all are, not supported as soon as one is not. */
export function jointVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('not supported')) return 'not supported';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'supported') ? 'supported' : 'undecided';
}
