import { loadStudy, type Study } from '../study/load-study.ts';
import { type Cell, type PlannedRun, planCells } from '../study/plan.ts';
import { runDirectory } from '../study/run-request.ts';
import type { Factors } from '../study/schema.ts';
import { chosenLevel } from '../study/select-level.ts';
import type { CurvePoint, Measures } from './result.ts';
import { openResults, type ResultsFile } from './results-file.ts';

/** One run of a study and what is known of it. */
export interface ResultRow {
  /** SHA-256 of the resolved configuration, in hexadecimal. */
  readonly runHash: string;
  readonly study: string;
  /** `selection` runs choose a level (see `select` of a study); only `final` ones are results. */
  readonly phase: 'selection' | 'final';
  readonly factors: Factors;
  readonly seed: number;
  readonly status: 'done' | 'failed' | 'pending';
  /** How often it was tried. */
  readonly attempts: number;
  /** Why the last try failed. */
  readonly reason?: string;
  /** Only where the status is `done`. */
  readonly result?: Measures;
  /** Its run directory, which may be gone: a result does not need it. */
  readonly directory: string;
  /** Its evaluations, in order, read from the results when they are asked for; none unless it is done. */
  curve(): readonly CurvePoint[];
}

/**
 * The runs of a study in the order of its file, whatever the order they were made in; selection runs first. The runs of a
 * combination whose level is still to be selected are not among them.
 *
 * @throws ExperimentError `SWITCHYARD_STUDY` or `SWITCHYARD_RESULTS` for files that cannot be read
 */
export async function readResults(studyDirectory: string): Promise<ResultRow[]> {
  const study = await loadStudy(studyDirectory);
  return resultRows(study, planCells(study), openResults(study.directory));
}

/** The same from what is read already. */
export function resultRows(study: Study, cells: readonly Cell[], results: ResultsFile): ResultRow[] {
  const finals = cells.flatMap((cell) => {
    const choice = chosenLevel(study, cell, results.records);
    return choice.decided ? cell.finals(choice.level) : [];
  });
  return [...cells.flatMap(({ selection }) => selection), ...finals].map((run) => toRow(study, run, results));
}

function toRow(study: Study, run: PlannedRun, results: ResultsFile): ResultRow {
  const { status = 'pending', attempts = 0, reason, result } = results.records.get(run.runHash) ?? {};
  return {
    ...run,
    study: study.name,
    status,
    attempts,
    ...(reason !== undefined && { reason }),
    ...(result && { result }),
    directory: runDirectory(study, run.runHash),
    curve: () => results.curve(run.runHash),
  };
}
