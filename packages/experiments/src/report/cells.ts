import { meanInterval } from '../statistics/interval.ts';
import type { ResultRow } from '../store/read-results.ts';
import { combinations } from '../study/levels.ts';
import type { Study } from '../study/load-study.ts';
import { metricOf } from '../study/metric.ts';
import type { Factors, Level } from '../study/schema.ts';
import type { Estimate } from './drawing/bar-chart.ts';
import { factorName, isShare } from './names.ts';

/** What a report needs to know of a run. */
export type ReportRow = Omit<ResultRow, 'runHash' | 'study' | 'directory'>;

/** One combination of levels, that of the selected factor aside, with its runs. */
export interface Cell {
  readonly factors: Factors;
  /** The level of the selected factor; undefined without `select`, and as long as nothing is selected. */
  readonly chosen: Level | undefined;
  /** By seed. */
  readonly runs: ReadonlyMap<number, ReportRow>;
}

const keyOf = (factors: Factors) => JSON.stringify(Object.entries(factors).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The combinations of a study in the order of its file, whether or not they have runs. */
export function cellsOf(study: Study, rows: readonly ReportRow[]): Cell[] {
  const over = study.select?.over;
  const split = (factors: Factors) => {
    if (over === undefined) return { rest: factors, chosen: undefined };
    const { [over]: chosen, ...rest } = factors;
    return { rest, chosen };
  };
  const cells = new Map<string, { factors: Factors; chosen: Level | undefined; runs: Map<number, ReportRow> }>();
  for (const factors of combinations(study)) {
    const { rest } = split(factors);
    cells.set(keyOf(rest), { factors: rest, chosen: undefined, runs: new Map() });
  }
  for (const row of rows) {
    if (row.phase !== 'final') continue;
    const { rest, chosen } = split(row.factors);
    const cell = cells.get(keyOf(rest));
    if (!cell) continue;
    cell.chosen = chosen;
    cell.runs.set(row.seed, row);
  }
  return [...cells.values()];
}

/** A metric of a run; undefined where the run is not done, has no such metric, or it is not finite. */
export function runValue(row: ReportRow | undefined, metric: string): number | undefined {
  const value = row?.result && metricOf(row.result, metric);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Mean, interval and values of a metric over the seeds that have one; undefined where none has. */
export function estimate({ runs }: Cell, metric: string): Estimate | undefined {
  const values = [...runs.values()].flatMap((row) => runValue(row, metric) ?? []);
  return values.length === 0
    ? undefined
    : { values, ...meanInterval(values, isShare(metric) ? { range: [0, 1] } : {}) };
}

/** A combination in words: `architecture lstm, context anchor`. */
export function cellName(factors: Factors): string {
  return Object.entries(factors)
    .map(([name, level]) => `${factorName(name)} ${level}`)
    .join(', ');
}

/** What is missing from the results, a line each; nothing is left out of a mean without being named here. */
export function problemsOf(study: Study, cells: readonly Cell[], metrics: readonly string[]): string[] {
  return cells.flatMap(({ factors, chosen, runs }) => {
    const name = cellName(factors) || 'the study';
    if (study.select && chosen === undefined)
      return [`${name}: ${factorName(study.select.over)} is not selected, so there are no runs`];
    const pending = study.seeds.filter((seed) => (runs.get(seed)?.status ?? 'pending') === 'pending');
    const unmade = pending.length > 0 ? [`${name}: no run yet for ${seedNames(pending)}`] : [];
    const broken = [...runs.values()].flatMap((row) => {
      const run = `${name}, seed ${row.seed}`;
      if (row.status === 'failed') {
        return [
          `${run}: failed after ${row.attempts} ${row.attempts === 1 ? 'try' : 'tries'}: ${row.reason?.split('\n')[0]}`,
        ];
      }
      if (row.status === 'pending') return [];
      return metrics.flatMap((metric) => {
        const value = row.result && metricOf(row.result, metric);
        if (value === undefined) return [`${run}: has no ${metric}`];
        return Number.isFinite(value) ? [] : [`${run}: ${metric} is ${value}`];
      });
    });
    return [...unmade, ...broken];
  });
}

function seedNames(seeds: readonly number[]): string {
  return seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(', ')}`;
}
