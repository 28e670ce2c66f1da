import { combinations } from './levels.ts';
import type { Study } from './load-study.ts';
import { requestOf } from './run-request.ts';
import type { Factors, Level } from './schema.ts';

/** One run of a study. Its configuration follows from factors and seed: `requestOf` makes it when it is needed. */
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
  /** The runs of the study's seeds, with that level. */
  finals(level: Level | undefined): PlannedRun[];
}

/**
 * The combinations of a study, with their runs.
 *
 * @throws ExperimentError `SWITCHYARD_STUDY` where one does not make a run, or nothing is left to run
 */
export function planCells(study: Study): Cell[] {
  const { select, seeds, selectionSeeds } = study;
  const plan = (phase: PlannedRun['phase'], factors: Factors, seed: number): PlannedRun => {
    const { runHash } = requestOf(study, factors, seed);
    return { runHash, phase, factors, seed };
  };
  if (!select) {
    return combinations(study).map((factors) => ({
      factors,
      selection: [],
      finals: () => seeds.map((seed) => plan('final', factors, seed)),
    }));
  }
  const groups = new Map<string, { factors: Factors; members: Factors[] }>();
  for (const member of combinations(study)) {
    const { [select.over]: _, ...factors } = member;
    const key = JSON.stringify(factors);
    groups.set(key, { factors, members: [...(groups.get(key)?.members ?? []), member] });
  }
  return [...groups.values()].map(({ factors, members }) => ({
    factors,
    selection: members.flatMap((member) => selectionSeeds.map((seed) => plan('selection', member, seed))),
    finals: (level) =>
      members
        .filter((member) => member[select.over] === level)
        .flatMap((member) => seeds.map((seed) => plan('final', member, seed))),
  }));
}
