import type { RunRecord } from './store/record.ts';
import type { Study } from './study/load-study.ts';
import type { Cell, PlannedRun } from './study/plan.ts';
import { chosenLevel } from './study/select-level.ts';

/** Which runs of a study are still to be made. Final runs join when the level of their combination is decided. */
export interface Schedule {
  /** All runs, those counted in whose level is not decided yet. */
  readonly total: number;
  readonly done: number;
  /** Runs that failed for good, or were given up. */
  readonly failed: number;
  /** The next run that no record settles. */
  next(): PlannedRun | undefined;
  /** Has the run tried again, after all others that wait. */
  putBack(run: PlannedRun): void;
  /** Takes note that a run has a record that settles it, or is given up. */
  settle(run: PlannedRun): void;
}

/**
 * @param records what is known of runs, now and later on
 * @throws ExperimentError `SWITCHYARD_STUDY` for a study that cannot be expanded
 */
export function createSchedule(
  study: Study,
  cells: readonly Cell[],
  records: ReadonlyMap<string, RunRecord>,
): Schedule {
  const known = new Set<string>();
  const settled = new Set<string>();
  const cellOf = new Map<string, Cell>();
  let waiting: PlannedRun[] = [];
  const undecided = new Set(cells);
  let done = 0;

  const isSettled = ({ runHash }: PlannedRun) => records.get(runHash)?.final === true;
  const add = (runs: readonly PlannedRun[]) => {
    for (const run of runs) {
      if (known.has(run.runHash)) continue;
      known.add(run.runHash);
      if (isSettled(run)) settle(run);
      else waiting.push(run);
    }
  };
  const decide = (cell: Cell) => {
    if (!undecided.has(cell)) return; // several runs of a cell may end at once
    const choice = chosenLevel(study, cell, records);
    if (!choice.decided) return;
    undecided.delete(cell);
    add(cell.finals(choice.level));
  };
  const settle = (run: PlannedRun) => {
    if (settled.has(run.runHash)) return;
    settled.add(run.runHash);
    if (records.get(run.runHash)?.status === 'done') done++;
    const cell = cellOf.get(run.runHash);
    if (cell) decide(cell);
  };

  for (const cell of cells) for (const { runHash } of cell.selection) cellOf.set(runHash, cell);
  for (const cell of cells) {
    if (cell.selection.length > 0) add(cell.selection);
    else decide(cell);
  }
  // One seed of everything first: whoever looks at half a study sees all of it.
  const order = (run: PlannedRun) => (run.phase === 'selection' ? -1 : study.seeds.indexOf(run.seed));
  waiting = waiting
    .map((run) => ({ run, order: order(run) }))
    .sort((a, b) => a.order - b.order)
    .map(({ run }) => run);
  let head = 0;

  return {
    get total() {
      return known.size + undecided.size * study.seeds.length;
    },
    get done() {
      return done;
    },
    get failed() {
      return settled.size - done;
    },
    next() {
      while (head < waiting.length) {
        const run = waiting[head++]!;
        if (!isSettled(run)) return run;
        settle(run);
      }
      return undefined;
    },
    putBack(run) {
      waiting.push(run);
    },
    settle,
  };
}
