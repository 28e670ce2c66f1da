import { cliffsDelta, pairedCohensD } from '../statistics/effect-size.ts';
import { holm } from '../statistics/holm.ts';
import { type MeanInterval, meanInterval } from '../statistics/interval.ts';
import { type Alternative, signFlipTest, smallestP } from '../statistics/sign-flip.ts';
import { matches } from '../study/levels.ts';
import type { Study } from '../study/load-study.ts';
import type { Comparison, Factors, Selector } from '../study/schema.ts';
import { type Cell, cellName, runValue } from './cells.ts';
import { levelName, numberText } from './names.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** What a pre-stated comparison came to. */
export interface ComparisonResult {
  readonly comparison: Comparison;
  readonly name: string;
  /** a − b, or a − number: one difference a seed, a mean over the combinations that were matched. */
  readonly differences: readonly number[];
  /** Seeds without a difference, and combinations that have no counterpart. */
  readonly missing: readonly string[];
  /** Combinations on each side. */
  readonly matched: number;
  /** Of the differences; undefined where there is none. */
  readonly difference: MeanInterval | undefined;
  readonly p: number;
  /** After Holm, over all comparisons of the study. */
  readonly corrected: number;
  /** The smallest corrected p that so many seeds could have given. */
  readonly reachable: number;
  /** Seeds that would make alpha reachable. */
  readonly seedsNeeded: number;
  readonly cohensD: number;
  readonly cliffsDelta: number;
  readonly verdict: Verdict;
  readonly reason: string;
}

/**
 * Carries out the comparisons a study states: paired by seed, permutation tests of the differences, corrected together.
 * Several combinations on a side, because a factor is not named or several levels are, are averaged within each seed, so
 * that the seed stays the unit that was drawn at random.
 */
export function compareCells(study: Study, cells: readonly Cell[]): ComparisonResult[] {
  if (!study.test) return [];
  const { alpha, comparisons } = study.test;
  const paired = comparisons.map((comparison) => ({ comparison, ...pairUp(study, cells, comparison) }));
  const tests = paired.map(({ comparison, differences }) => ({
    p: differences.length === 0 ? 1 : pOf(comparison, differences),
    smallest: smallestP(differences.length, alternativeOf(comparison)),
  }));
  const corrected = holm(tests.map(({ p }) => p));
  const reachable = holm(tests.map(({ smallest }) => smallest));
  return paired.map(({ comparison, differences, sides, missing, matched }, index) => {
    const figures = {
      comparison,
      name: comparison.name ?? nameOf(comparison),
      differences,
      missing,
      matched,
      difference: differences.length === 0 ? undefined : meanInterval(differences),
      p: tests[index]!.p,
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

const alternativeOf = ({ direction }: Comparison): Alternative => (direction === 'similar' ? 'greater' : direction);

/**
 * p of what is claimed: a difference beyond the margin in its direction; `similar` takes two one-sided tests, of which the
 * weaker counts (Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987).
 */
function pOf({ direction, margin }: Comparison, differences: readonly number[]): number {
  const above = (bound: number) =>
    signFlipTest(
      differences.map((difference) => difference - bound),
      'greater',
    ).p;
  const below = (bound: number) =>
    signFlipTest(
      differences.map((difference) => difference - bound),
      'less',
    ).p;
  if (direction === 'greater') return above(margin);
  if (direction === 'less') return below(-margin);
  if (direction === 'similar') return Math.max(above(-margin), below(margin));
  return margin === 0
    ? signFlipTest(differences, 'different').p
    : Math.min(1, 2 * Math.min(above(margin), below(-margin)));
}

/** The number of seeds from which on a test, corrected for so many, can reach alpha. */
function seedsNeeded(comparison: Comparison, comparisons: number, alpha: number): number {
  let seeds = 1;
  while (seeds < 1000 && smallestP(seeds, alternativeOf(comparison)) * comparisons > alpha) seeds++;
  return seeds;
}

interface Pairs {
  readonly differences: number[];
  readonly sides: (readonly [a: number, b: number])[];
  readonly missing: string[];
  readonly matched: number;
}

function pairUp(study: Study, cells: readonly Cell[], { a, b, than, metric }: Comparison): Pairs {
  const over = study.select?.over;
  const named = new Set([...Object.keys(a), ...Object.keys(b ?? {}), ...(over === undefined ? [] : [over])]);
  const rest = (factors: Factors) => Object.fromEntries(Object.entries(factors).filter(([name]) => !named.has(name)));
  const side = (selector: Selector) => {
    const groups = new Map<string, Cell[]>();
    for (const cell of cells) {
      const factors =
        over === undefined || cell.chosen === undefined ? cell.factors : { ...cell.factors, [over]: cell.chosen };
      if (!matches(factors, selector)) continue;
      const key = JSON.stringify(rest(cell.factors));
      groups.set(key, [...(groups.get(key) ?? []), cell]);
    }
    return groups;
  };
  const [left, right] = [side(a), b ? side(b) : undefined];
  const keys = [...left.keys()].filter((key) => !right || right.has(key));
  const alone = [...left.keys(), ...(right?.keys() ?? [])].filter((key) => !keys.includes(key));
  const missing = alone.map((key) => `${cellName(JSON.parse(key))} has no counterpart`);

  const differences: number[] = [];
  const sides: (readonly [number, number])[] = [];
  for (const seed of study.seeds) {
    const mean = (groups: ReadonlyMap<string, readonly Cell[]>) => {
      const perKey = keys.map((key) => average(groups.get(key)!.map((cell) => runValue(cell.runs.get(seed), metric))));
      return average(perKey);
    };
    const [first, second] = [mean(left), right ? mean(right) : than];
    if (first === undefined || second === undefined) missing.push(`seed ${seed}`);
    else {
      differences.push(first - second);
      sides.push([first, second]);
    }
  }
  return { differences, sides, missing, matched: keys.length };
}

/** The mean of values that are all there. */
function average(values: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return values.length === 0 ? undefined : sum / values.length;
}

/** What differs between the sides, then what they share: `Cisformer EA vs Transformer DPA (context pointer)`. */
function nameOf({ a, b, than, metric }: Comparison): string {
  const text = (selector: Selector, names: readonly string[]) =>
    names.map((name) => [selector[name]!].flat().map(levelName).join(' or ')).join(', ');
  if (!b) return `${text(a, Object.keys(a)) || 'all'} vs ${numberText(metric, than!)}`;
  const same = Object.keys(a).filter((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));
  const differing = (selector: Selector) => Object.keys(selector).filter((name) => !same.includes(name));
  const shared = same.length > 0 ? ` (${same.map((name) => cellName({ [name]: String(a[name]) })).join(', ')})` : '';
  return `${text(a, differing(a)) || 'all'} vs ${text(b, differing(b)) || 'all'}${shared}`;
}
