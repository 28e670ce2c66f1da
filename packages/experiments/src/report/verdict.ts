import { type MeanInterval, meanInterval } from '../statistics/interval.ts';
import type { Comparison } from '../study/schema.ts';
import { speaksAgainst, speaksFor } from './claimed-difference.ts';
import type { ComparisonGroup } from './comparison-group.ts';
import { comparisonDifference, isDifferenceOfShares } from './comparison-names.ts';
import { pText } from './names.ts';

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
  readonly groups: readonly ComparisonGroup[];
  readonly weakest: ComparisonGroup | undefined;
}

/**
 * The verdict of a comparison and its reason in words. Supported: the corrected p is at most alpha. Undecided: runs are
 * missing, so few seeds could not have reached alpha whatever they had shown, or the interval speaks for the claim and the
 * corrected test does not. Not supported: the test could have shown it and did not, or the whole interval speaks against it.
 * Of a claim about each of several groups every interval has to speak for it, and one against it is enough; so that many
 * groups do not make one by chance, the intervals that speak against it are longer: 95 % together (Bonferroni).
 */
export function verdictOf(evidence: Evidence, alpha: number): { verdict: Verdict; reason: string } {
  const { comparison, differences, missing, difference, corrected, reachable, seedsNeeded, groups, weakest } = evidence;
  if (missing.length > 0 || !difference) {
    return {
      verdict: 'undecided',
      reason: missing.length > 0 ? `missing: ${missing.join(', ')}` : 'nothing was compared',
    };
  }
  const holding = groups.filter(({ p }) => p <= alpha).length;
  const held = weakest ? `; ${holding} of ${groups.length} hold on their own` : '';
  const where = weakest ? `, ${weakest.name} being the weakest of ${groups.length}` : '';
  if (corrected <= alpha) return { verdict: 'supported', reason: `p ${pText(corrected)} after correction${where}` };

  const weakestFirst = weakest ? [weakest, ...groups] : [];
  const against = weakestFirst.find((group) => speaksAgainst(comparison, wideInterval(group, groups.length)));
  if (against) {
    const interval = groups.length > 1 ? 'the whole interval, widened for so many groups,' : 'the whole interval';
    return {
      verdict: 'not supported',
      reason: `for ${against.name} ${interval} speaks against the claim${held}`,
    };
  }
  if (groups.length === 0 && speaksAgainst(comparison, difference)) {
    return { verdict: 'not supported', reason: 'the whole interval speaks against the claim' };
  }
  if (reachable > alpha) {
    const seeds = differences.length === 1 ? '1 seed gives' : `${differences.length} seeds give`;
    return {
      verdict: 'undecided',
      reason: `${seeds} a corrected p of ${pText(reachable)} at best: this test needs ${seedsNeeded} seeds`,
    };
  }
  const intervals = groups.length === 0 ? [difference] : groups.map((group) => group.difference!);
  if (intervals.every((interval) => speaksFor(comparison, interval))) {
    return {
      verdict: 'undecided',
      reason: `${intervals.length === 1 ? 'the interval speaks' : 'all intervals speak'} for the claim, but p is ${pText(corrected)} after correction${where}`,
    };
  }
  const unit = isDifferenceOfShares(comparison) ? ' points' : '';
  const mean = (weakest?.difference ?? difference).mean;
  return {
    verdict: 'not supported',
    reason: `p ${pText(corrected)} after correction${where}, mean difference ${comparisonDifference(comparison, mean)}${unit}${held}`,
  };
}

/** The interval of a group that holds together with those of all others in 95 %. */
function wideInterval({ differences }: ComparisonGroup, groups: number): MeanInterval {
  return meanInterval(differences, { confidence: 1 - 0.05 / groups });
}

/** The verdict of several comparisons together: supported where all are, not supported as soon as one is not. */
export function jointVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('not supported')) return 'not supported';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'supported') ? 'supported' : 'undecided';
}
