import { ExperimentError } from '../errors.ts';
import { combinations } from './levels.ts';
import type { Study } from './load-study.ts';
import { checkMetrics } from './metric.ts';
import { combinationOf } from './run-request.ts';
import type { Factors, Level } from './schema.ts';

/** One run of a study. Its configuration follows from factors and seed: `combinationOf` makes it when it is needed. */
export interface PlannedRun {
  readonly runHash: string;
  readonly phase: 'selection' | 'final';
  readonly factors: Factors;
  readonly seed: number;
}

/** One combination of a study, the factor that is selected aside. */
export interface Cell {
  readonly factors: Factors;
  /** The runs that decide which level is taken; none without `select`. */
  readonly selection: readonly PlannedRun[];
  /** The runs of the study's seeds with that level; none where no level could be taken. */
  finals(level: Level | undefined): readonly PlannedRun[];
}

/**
 * The combinations of a study, with their runs.
 *
 * @throws ExperimentError `SWITCHYARD_STUDY` where one does not make a run, or nothing is left to run
 */
export function planCells(study: Study): Cell[] {
  const { select, seeds, selectionSeeds } = study;
  const all = combinations(study);
  if (all.length === 0) {
    throw new ExperimentError('SWITCHYARD_STUDY', `${study.path}: exclude leaves no combination to run`);
  }
  const metrics = new Set<string>();
  const probed = new Set<string>();
  const plan = (factors: Factors, phase: PlannedRun['phase'], of: readonly number[]): readonly PlannedRun[] => {
    const combination = combinationOf(study, factors);
    for (const name of combination.metrics) metrics.add(name);
    for (const name of combination.probeMetrics) probed.add(name);
    return of.map((seed) => ({ runHash: combination.request(seed).runHash, phase, factors, seed }));
  };
  const cells = select
    ? groups(all, select.over).map(([factors, levels]) => {
        const withLevel = (level: Level) => ({ ...factors, [select.over]: level });
        return {
          factors,
          selection: levels.flatMap((level) => plan(withLevel(level), 'selection', selectionSeeds)),
          finals: once((level: Level | undefined) =>
            level === undefined ? [] : plan(withLevel(level), 'final', seeds),
          ),
        };
      })
    : all.map((factors) => {
        const runs = plan(factors, 'final', seeds);
        return { factors, selection: [], finals: () => runs };
      });
  checkMetrics(study, [...metrics], [...probed]);
  return cells;
}

/** Combinations without one of their factors, and the levels that it has in each. */
function groups(all: readonly Factors[], over: string): [Factors, Level[]][] {
  const found = new Map<string, [Factors, Level[]]>();
  for (const { [over]: level, ...factors } of all) {
    const key = JSON.stringify(factors);
    const group = found.get(key) ?? [factors, []];
    group[1].push(level!);
    found.set(key, group);
  }
  return [...found.values()];
}

/** A function that remembers what it gave for its last argument. */
function once<A, R>(work: (argument: A) => R): (argument: A) => R {
  let last: { argument: A; result: R } | undefined;
  return (argument) => {
    if (!last || last.argument !== argument) last = { argument, result: work(argument) };
    return last.result;
  };
}
