import { loadStudy, type Study } from '../study/load-study.ts';
import { type PlannedRun, planCells } from '../study/plan.ts';
import { runDirectory } from '../study/run-request.ts';
import type { Factors } from '../study/schema.ts';
import { chosenLevel } from '../study/select-level.ts';
import type { RunRecord } from './record.ts';
import type { RunResult } from './result.ts';
import { openResults } from './results-file.ts';

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
  readonly result?: RunResult;
  /** Its run directory, which may be gone: a result does not need it. */
  readonly directory: string;
}

/**
 * The runs of a study in the order of its file, whatever the order they were made in; selection runs first. The runs of a
 * combination whose level is still to be selected are not among them.
 *
 * @throws ExperimentError `SWITCHYARD_STUDY` or `SWITCHYARD_RESULTS` for files that cannot be read
 */
export async function readResults(studyDirectory: string): Promise<ResultRow[]> {
  const study = await loadStudy(studyDirectory);
  return resultRows(study, openResults(study.directory).records);
}

/** The same from records that are read already. */
export function resultRows(study: Study, records: ReadonlyMap<string, RunRecord>): ResultRow[] {
  const cells = planCells(study);
  const finals = cells.flatMap((cell) => {
    const choice = chosenLevel(study, cell, records);
    return choice.decided ? cell.finals(choice.level) : [];
  });
  return [...cells.flatMap(({ selection }) => selection), ...finals].map((run) => toRow(study, run, records));
}

function toRow(study: Study, run: PlannedRun, records: ReadonlyMap<string, RunRecord>): ResultRow {
  const { status = 'pending', attempts = 0, reason, result } = records.get(run.runHash) ?? {};
  return {
    ...run,
    study: study.name,
    status,
    attempts,
    ...(reason !== undefined && { reason }),
    ...(result && { result }),
    directory: runDirectory(study, run.runHash),
  };
}
