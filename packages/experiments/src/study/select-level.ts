import type { RunRecord } from '../store/record.ts';
import type { Study } from './load-study.ts';
import { lowerIsBetter, metricOf } from './metric.ts';
import type { Cell, PlannedRun } from './plan.ts';
import type { Level } from './schema.ts';

/** What the selection runs of a combination say. */
export type Choice = { readonly decided: false } | { readonly decided: true; readonly level: Level | undefined };

/**
 * The level of the selected factor that a combination takes: the one of best mean over the selection seeds, the first of
 * equals. A level of which a run failed for good (it diverged) is not taken; when all are so, the level is undefined and
 * the combination has no results. It is decided as soon as every selection run is done or has failed for good.
 */
export function chosenLevel({ select }: Study, { selection }: Cell, records: ReadonlyMap<string, RunRecord>): Choice {
  if (!select) return { decided: true, level: undefined };
  const runs = selection.map((run) => ({ run, record: records.get(run.runHash) }));
  if (runs.some(({ record }) => !record?.final)) return { decided: false };
  const sign = lowerIsBetter(select.by) ? -1 : 1;
  const scores = new Map<Level, number>();
  for (const { run, record } of runs) {
    const value = record?.result && metricOf(record.result, select.by);
    const level = levelOf(run, select.over);
    scores.set(level, (scores.get(level) ?? 0) + (value === undefined ? Number.NEGATIVE_INFINITY : sign * value));
  }
  const [best] = [...scores].sort(([, a], [, b]) => b - a);
  return { decided: true, level: best && Number.isFinite(best[1]) ? best[0] : undefined };
}

const levelOf = ({ factors }: PlannedRun, over: string): Level => factors[over]!;
