import type { Study } from '../study/load-study.ts';
import { type Cell, cellsOf, problemsOf, type ReportRow } from './cells.ts';
import { type ComparisonResult, compareCells } from './compare.ts';
import { type Layout, layOut } from './layout.ts';
import { type Screening, screen } from './screening.ts';

/** Everything that a report says. */
export interface Report {
  readonly study: Study;
  readonly layout: Layout;
  readonly rows: readonly ReportRow[];
  readonly cells: readonly Cell[];
  /** What the figure shows: the metric of the first comparison, else accuracy. */
  readonly metric: string;
  readonly comparisons: readonly ComparisonResult[];
  readonly screening: Screening | undefined;
  /** What is missing from the results, a line each. */
  readonly problems: readonly string[];
  /** What the authors add in their own words. */
  readonly notes: string | undefined;
}

/** What the runs of a study say; reads and writes nothing. */
export function studyReport(study: Study, rows: readonly ReportRow[], notes?: string): Report {
  const layout = layOut(study);
  const cells = cellsOf(study, rows);
  const compared = (study.test?.comparisons ?? []).map(({ metric }) => metric);
  const metric = compared[0] ?? 'accuracy';
  return {
    ...{ study, layout, rows, cells, metric, notes },
    comparisons: compareCells(study, cells),
    screening: layout.screening ? screen(study, layout, cells, metric) : undefined,
    problems: problemsOf(study, cells, [...new Set([metric, ...compared])]),
  };
}
