import { type MeanInterval, meanInterval } from '../statistics/interval.ts';
import type { Comparison, Factors } from '../study/schema.ts';
import { cellName } from './cells.ts';
import { pOf, room } from './claimed-difference.ts';
import type { GroupedPairs } from './pairs.ts';

/** What a comparison came to in one of the groups that `each` makes. */
export interface ComparisonGroup {
  readonly factors: Factors;
  readonly name: string;
  readonly differences: readonly number[];
  readonly difference: MeanInterval | undefined;
  /** Of the group on its own, not corrected. */
  readonly p: number;
  /** Combinations on each side. */
  readonly matched: number;
}

/** What the differences of a group say. */
export function groupOf(comparison: Comparison, { factors, bySeed, matched }: GroupedPairs): ComparisonGroup {
  const differences = [...bySeed.values()].map(([a, b]) => a - b);
  return {
    factors,
    name: cellName(factors),
    differences,
    difference: differences.length === 0 ? undefined : meanInterval(differences),
    p: differences.length === 0 ? 1 : pOf(comparison, differences),
    matched,
  };
}

/** The group with the largest p; of several, the one whose mean lies least far inside the claim. */
export function weakestOf(comparison: Comparison, groups: readonly ComparisonGroup[]): ComparisonGroup | undefined {
  const inside = ({ difference }: ComparisonGroup) =>
    difference ? room(comparison, difference.mean) : Number.NEGATIVE_INFINITY;
  return groups.toSorted((one, other) => other.p - one.p || inside(one) - inside(other))[0];
}
