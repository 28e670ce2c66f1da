import { join } from 'node:path';
import type { Outcome, RunProgress, StartExecutor } from './executors/executor.ts';
import { createSchedule } from './schedule.ts';
import { type ResultRow, resultRows } from './store/read-results.ts';
import type { Entry } from './store/record.ts';
import { replaceFile } from './store/replace-file.ts';
import { resultsCsv } from './store/results-csv.ts';
import { openResults } from './store/results-file.ts';
import { resultsParquet } from './store/results-parquet.ts';
import type { Study } from './study/load-study.ts';
import { type PlannedRun, planCells } from './study/plan.ts';
import { combinationOf } from './study/run-request.ts';

/** A run that an executor has. */
export interface RunningRun extends PlannedRun {
  /** Nothing before it has begun. */
  readonly progress?: RunProgress;
}

/** How far a study is. */
export interface StudyStatus {
  /** All runs, those counted in whose selected level is not decided yet. */
  readonly total: number;
  readonly done: number;
  /** Runs that will not be tried again in this call. */
  readonly failed: number;
  /** What the executor has, in the order it got it. */
  readonly running: ReadonlyMap<string, RunningRun>;
}

export interface RunStudyOptions {
  readonly executor: StartExecutor;
  /** Asks the study to stop: what runs is saved, and the same call goes on from there. */
  readonly signal?: AbortSignal;
  /** How often a run that failed is tried again, unless it would fail the same way. */
  readonly retries?: number;
  /** Called when something has changed; `status` says how it stands now. */
  onChange?(status: () => StudyStatus): void;
  /** Called when a try of a run has failed. */
  onFailure?(run: PlannedRun, reason: string): void;
  /** Called with what a person should know, and that does not stop the study. */
  onWarning?(message: string): void;
}

/** Runs that an executor without a limit is given at a time. */
const batch = 500;
/** Milliseconds until a run that another process has is asked for again. */
const patience = 1000;

/**
 * Makes the runs of a study that are not done yet, and writes `results.csv` and `results.parquet` beside its results. Any
 * number of processes may do so at once, and be killed at any time: a run counts once.
 *
 * @returns every run of the study as it then stands
 * @throws ExperimentError what study, results and executor throw
 */
export async function runStudy(study: Study, options: RunStudyOptions): Promise<ResultRow[]> {
  const { signal, retries = 2, onChange, onFailure, onWarning = () => {} } = options;
  const results = openResults(study.directory);
  const cells = planCells(study);
  const schedule = createSchedule(study, cells, results.records);
  const running = new Map<string, RunningRun>();
  const tries = new Map<string, number>();
  let ended: { run: PlannedRun; outcome: Outcome }[] = [];
  let elsewhere = 0;
  let failure: Error | undefined;
  let wake = () => {};

  const status = (): StudyStatus => {
    const { total, done, failed } = schedule;
    return { total, done, failed, running };
  };
  const executor = await options.executor({
    onProgress(runHash, progress) {
      const run = running.get(runHash);
      if (run) running.set(runHash, { ...run, progress });
      onChange?.(status);
    },
    onEnd(runHash, outcome) {
      const run = running.get(runHash);
      if (!run) return;
      running.delete(runHash);
      ended.push({ run, outcome });
      wake();
    },
    onError(error) {
      failure ??= error;
      wake();
    },
    onWarning,
  });

  /** Writes down how runs ended, and has those tried again that may succeed. */
  const settleEnded = async () => {
    const batch = ended;
    ended = [];
    const entries = batch.flatMap(({ run, outcome }) => toEntry(run, outcome));
    if (entries.length > 0) await results.append(entries);
    for (const { run, outcome } of batch) {
      if (outcome.status === 'busy') {
        elsewhere++;
        setTimeout(() => {
          elsewhere--;
          schedule.putBack(run);
          wake();
        }, patience);
      } else if (outcome.status === 'failed') {
        onFailure?.(run, outcome.reason);
        const tried = (tries.get(run.runHash) ?? 0) + 1;
        tries.set(run.runHash, tried);
        if (outcome.final || tried > retries) schedule.settle(run);
        else schedule.putBack(run);
      } else if (outcome.status === 'done') schedule.settle(run);
    }
  };
  const takeRuns = () => {
    const runs: PlannedRun[] = [];
    const room = Math.min(executor.capacity - running.size, batch);
    while (runs.length < room) {
      const run = schedule.next();
      if (!run) break;
      runs.push(run);
      running.set(run.runHash, run);
    }
    return runs;
  };

  const stopped = new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve());
  });
  void stopped.then(() => wake());
  try {
    while (!signal?.aborted && !failure) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await settleEnded();
      results.refresh();
      const runs = takeRuns();
      onChange?.(status);
      if (runs.length > 0) {
        const requests = runs.map(({ factors, seed }) => combinationOf(study, factors).request(seed));
        await Promise.race([executor.submit(requests), stopped]);
      } else if (running.size > 0 || elsewhere > 0 || ended.length > 0) await woken;
      else break;
    }
  } finally {
    await executor.close();
    await settleEnded();
  }
  if (failure) throw failure;
  results.refresh();
  const rows = resultRows(study, cells, results);
  replaceFile(join(study.directory, 'results.csv'), resultsCsv(rows));
  replaceFile(join(study.directory, 'results.parquet'), resultsParquet(rows));
  return rows;
}

function toEntry({ runHash, factors, seed }: PlannedRun, outcome: Outcome): Entry[] {
  if (outcome.status !== 'done' && outcome.status !== 'failed') return [];
  return [{ runHash, factors: { ...factors }, seed, ...outcome }];
}
