import { ExperimentError } from '../errors.ts';
import { combinations } from './levels.ts';
import type { Study } from './load-study.ts';
import { requestsOf } from './run-request.ts';
import type { Factors, Level } from './schema.ts';

/** One run of a study. Its configuration follows from factors and seed: `requestsOf` makes it when it is needed. */
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
  if (!select) {
    return all.map((factors) => {
      const finals = runsOf(study, factors, 'final', seeds);
      return { factors, selection: [], finals: () => finals };
    });
  }
  const members = new Map<string, { factors: Factors; levels: Level[] }>();
  for (const { [select.over]: level, ...factors } of all) {
    const key = JSON.stringify(factors);
    members.set(key, { factors, levels: [...(members.get(key)?.levels ?? []), level!] });
  }
  return [...members.values()].map(({ factors, levels }) => {
    const runs = (level: Level, phase: PlannedRun['phase'], of: readonly number[]) =>
      runsOf(study, { ...factors, [select.over]: level }, phase, of);
    const finals = new Map<Level | undefined, readonly PlannedRun[]>([[undefined, []]]);
    return {
      factors,
      selection: levels.flatMap((level) => runs(level, 'selection', selectionSeeds)),
      finals(level) {
        if (!finals.has(level)) finals.set(level, runs(level!, 'final', seeds));
        return finals.get(level)!;
      },
    };
  });
}

function runsOf(
  study: Study,
  factors: Factors,
  phase: PlannedRun['phase'],
  seeds: readonly number[],
): readonly PlannedRun[] {
  const request = requestsOf(study, factors);
  return seeds.map((seed) => ({ runHash: request(seed).runHash, phase, factors, seed }));
}
