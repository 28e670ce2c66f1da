import { levelsOf, matches } from '../study/levels.ts';
import type { Study } from '../study/load-study.ts';
import { lowerIsBetter } from '../study/metric.ts';
import type { Comparison, Factors, Selector } from '../study/schema.ts';
import { type Cell, cellName, type ReportRow, runValue } from './cells.ts';
import { factorName } from './names.ts';

/** The differences of a comparison, or of one group of it. */
interface Pairs {
  /** a − b, or a − number, by seed: means over the combinations that were matched, or slopes along a factor. */
  readonly bySeed: ReadonlyMap<number, readonly [a: number, b: number]>;
  /** Seeds without a difference, and combinations that have no counterpart. */
  readonly missing: readonly string[];
  /** Combinations on each side. */
  readonly matched: number;
}

/** One combination of the factors that `each` names. */
export interface GroupedPairs extends Pairs {
  readonly factors: Factors;
}

/** Cells by the levels of the factors that are matched. */
type Side = ReadonlyMap<string, readonly Cell[]>;

/**
 * Both sides of a comparison by seed, for every combination of the factors that `each` names; one group without it.
 * Several cells on a side, because a factor is not named or several levels are, are averaged within each seed, so that the
 * seed stays the unit that was drawn at random.
 */
export function pairUp(study: Study, cells: readonly Cell[], comparison: Comparison): GroupedPairs[] {
  const { a, b, each = [] } = comparison;
  const left = sideOf(study, cells, a, comparison);
  const right = b && sideOf(study, cells, b, comparison);
  const groups = new Map<string, { factors: Factors; keys: Set<string> }>();
  for (const key of [...left.keys(), ...(right?.keys() ?? [])]) {
    const levels: Factors = JSON.parse(key);
    const factors = Object.fromEntries(each.map((name) => [name, levels[name]!]));
    const name = JSON.stringify(factors);
    const group = groups.get(name) ?? { factors, keys: new Set<string>() };
    groups.set(name, group);
    group.keys.add(key);
  }
  if (groups.size === 0) return [{ factors: {}, bySeed: new Map(), missing: [], matched: 0 }];
  return [...groups.values()].map(({ factors, keys }) => ({
    factors,
    ...pairsOf(study, comparison, [...keys], left, right),
  }));
}

function sideOf(study: Study, cells: readonly Cell[], selector: Selector, comparison: Comparison): Side {
  const { a, b, each = [], slope } = comparison;
  const over = study.select?.over;
  const named = new Set([...Object.keys(a), ...Object.keys(b ?? {})]);
  const isMatched = (name: string) => !named.has(name) || each.includes(name) || name === slope;
  const side = new Map<string, Cell[]>();
  for (const cell of cells) {
    const factors =
      over === undefined || cell.chosen === undefined ? cell.factors : { ...cell.factors, [over]: cell.chosen };
    if (!matches(factors, selector)) continue;
    const key = JSON.stringify(Object.fromEntries(Object.entries(cell.factors).filter(([name]) => isMatched(name))));
    side.set(key, [...(side.get(key) ?? []), cell]);
  }
  return side;
}

function pairsOf(study: Study, comparison: Comparison, all: readonly string[], left: Side, right?: Side): Pairs {
  const { than, metric, reaches, slope } = comparison;
  const keys = all.filter((key) => left.has(key) && (!right || right.has(key)));
  const alone = all.filter((key) => !keys.includes(key));
  const missing = alone.map((key) => `${cellName(JSON.parse(key))} has no counterpart`);
  const ranks = slope === undefined ? undefined : ranksOf(study, slope, keys);
  if (ranks && new Set(ranks).size === 1) missing.push(`only one level of ${factorName(slope!)}`);

  const countedValue = (row: ReportRow | undefined) => {
    const value = runValue(row, metric);
    if (value === undefined || reaches === undefined) return value;
    return Number(lowerIsBetter(metric) ? value <= reaches : value >= reaches);
  };
  const summary = (side: Side, seed: number) => {
    const values = keys.map((key) => average(side.get(key)!.map((cell) => countedValue(cell.runs.get(seed)))));
    return ranks ? slopeOf(ranks, values) : average(values);
  };
  const constant = ranks ? 0 : than;
  const bySeed = new Map<number, readonly [number, number]>();
  for (const seed of study.seeds) {
    const [first, second] = [summary(left, seed), right ? summary(right, seed) : constant];
    if (first === undefined || second === undefined) missing.push(`seed ${seed}`);
    else bySeed.set(seed, [first, second]);
  }
  return { bySeed, missing, matched: keys.length };
}

/** The rank of each combination's level among all levels of a factor of numbers: 0 for the smallest. */
function ranksOf(study: Study, factor: string, keys: readonly string[]): number[] {
  const ascending = levelsOf(study, factor).toSorted((one, other) => Number(one) - Number(other));
  return keys.map((key) => ascending.indexOf(JSON.parse(key)[factor]));
}

/** Least-squares slope against the ranks of the means over all values of a rank; undefined for a single rank. */
function slopeOf(ranks: readonly number[], values: readonly (number | undefined)[]): number | undefined {
  const distinct = [...new Set(ranks)];
  const means = distinct.map((rank) => average(values.filter((_, index) => ranks[index] === rank)));
  const [centre, middle] = [average(distinct), average(means)];
  if (distinct.length < 2 || centre === undefined || middle === undefined) return undefined;
  const squares = distinct.reduce((sum, rank) => sum + (rank - centre) ** 2, 0);
  return distinct.reduce((sum, rank, index) => sum + (rank - centre) * (means[index]! - middle), 0) / squares;
}

/** The mean of values that are all there. */
export function average(values: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return values.length === 0 ? undefined : sum / values.length;
}
