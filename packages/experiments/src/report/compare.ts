import { cliffsDelta, pairedCohensD } from '../statistics/effect-size.ts';
import { holm } from '../statistics/holm.ts';
import { type MeanInterval, meanInterval } from '../statistics/interval.ts';
import type { Study } from '../study/load-study.ts';
import type { Comparison } from '../study/schema.ts';
import type { Cell } from './cells.ts';
import { smallestPOf } from './claimed-difference.ts';
import { type ComparisonGroup, groupOf, weakestOf } from './comparison-group.ts';
import { comparisonName } from './comparison-names.ts';
import { average, type GroupedPairs, pairUp } from './pairs.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** What a pre-stated comparison came to. */
export interface ComparisonResult {
  readonly comparison: Comparison;
  readonly name: string;
  /**
   * a − b, or a − number, or their slopes along a factor: one difference a seed, a mean over the combinations that were
   * matched, with `each` over the groups.
   */
  readonly differences: readonly number[];
  /** Seeds without a difference, and combinations that have no counterpart. */
  readonly missing: readonly string[];
  /** Combinations on each side. */
  readonly matched: number;
  /** Of the differences; undefined where there is none. */
  readonly difference: MeanInterval | undefined;
  /** With `each` the largest of the groups. */
  readonly p: number;
  /** After Holm, over all comparisons of the study. */
  readonly corrected: number;
  /** The smallest corrected p that so many seeds could have given. */
  readonly reachable: number;
  /** Seeds that would make alpha reachable. */
  readonly seedsNeeded: number;
  readonly cohensD: number;
  readonly cliffsDelta: number;
  /** With `each`, what came out for every combination of its factors, in the order of the study; else none. */
  readonly groups: readonly ComparisonGroup[];
  /** The group with the largest p; of several, the one whose mean lies least far inside the claim. */
  readonly weakest: ComparisonGroup | undefined;
  readonly verdict: Verdict;
  readonly reason: string;
}

/**
 * Carries out the comparisons a study states: paired by seed, permutation tests of the differences, corrected together.
 * What must hold in each of several groups is an intersection–union test: its p is the largest of theirs, and nothing
 * within it is corrected (Berger, Multiparameter hypothesis testing and acceptance sampling, Technometrics 24, 1982).
 */
export function compareCells(study: Study, cells: readonly Cell[]): ComparisonResult[] {
  if (!study.test) return [];
  const { alpha, comparisons } = study.test;
  const metrics = new Set(comparisons.map(({ metric }) => metric));
  const tests = comparisons.map((comparison) => testOf(comparison, pairUp(study, cells, comparison), study.seeds));
  const corrected = holm(tests.map(({ p }) => p));
  const reachable = holm(tests.map(({ smallest }) => smallest));
  return tests.map(({ smallest: _, sides, ...test }, index) => {
    const { comparison, differences } = test;
    const figures = {
      ...test,
      name: comparisonName(comparison, metrics),
      corrected: corrected[index]!,
      reachable: reachable[index]!,
      seedsNeeded: seedsNeeded(comparison, comparisons.length, alpha),
      cohensD: differences.length < 2 ? Number.NaN : pairedCohensD(differences),
      cliffsDelta:
        sides.length === 0
          ? Number.NaN
          : cliffsDelta(
              sides.map(([a]) => a),
              sides.map(([, b]) => b),
            ),
    };
    return { ...figures, ...verdictOf(figures, alpha) };
  });
}

/** A comparison before it is corrected for the others. */
function testOf(comparison: Comparison, pairs: readonly GroupedPairs[], seeds: readonly number[]) {
  const groups = pairs.map((pair) => groupOf(comparison, pair));
  const sides = seeds.flatMap((seed) => meanSides(pairs.map(({ bySeed }) => bySeed.get(seed))));
  const differences = sides.map(([a, b]) => a - b);
  const divided = comparison.each !== undefined;
  return {
    comparison,
    sides,
    differences,
    missing: pairs.flatMap(({ missing }, index) =>
      missing.map((text) => (divided ? `${text} (${groups[index]!.name})` : text)),
    ),
    matched: pairs.reduce((sum, { matched }) => sum + matched, 0),
    difference: differences.length === 0 ? undefined : meanInterval(differences),
    p: Math.max(...groups.map(({ p }) => p)),
    smallest: Math.max(...groups.map((group) => smallestPOf(comparison, group.differences.length))),
    groups: divided ? groups : [],
    weakest: divided ? weakestOf(comparison, groups) : undefined,
  };
}

/** Both sides of a seed, averaged over the groups; none where one has no difference. */
function meanSides(sides: readonly (readonly [number, number] | undefined)[]): (readonly [number, number])[] {
  const [a, b] = [average(sides.map((side) => side?.[0])), average(sides.map((side) => side?.[1]))];
  return a === undefined || b === undefined ? [] : [[a, b]];
}

/** The number of seeds from which on a test, corrected for so many, can reach alpha. */
function seedsNeeded(comparison: Comparison, comparisons: number, alpha: number): number {
  let seeds = 1;
  while (seeds < 1000 && smallestPOf(comparison, seeds) * comparisons > alpha) seeds++;
  return seeds;
}
