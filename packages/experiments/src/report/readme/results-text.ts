import { lowerIsBetter } from '../../study/metric.ts';
import { type Cell, estimate } from '../cells.ts';
import type { Estimate } from '../drawing/bar-chart.ts';
import type { Layout } from '../layout.ts';
import { factorName, grouped, isShare, levelName, metricName, quantityOf } from '../names.ts';
import type { Report } from '../study-report.ts';
import { cellText, type MarkdownColumn, markdownTable } from './markdown.ts';

/** A table in a README is for reading; results.csv has the rest. */
const mostRows = 60;

/** Every combination with its mean, interval, accuracies by rule, seeds and size; panels together, the best first. */
export function resultsText(report: Report): string {
  const { study, layout, cells, metric, screening } = report;
  // The readings of a screening have a table of their own.
  if (screening?.distances) return '';
  const names = [layout.series, ...layout.panels, layout.along].filter((name) => name !== undefined);
  const rules = isShare(metric) ? rulesOf(cells) : [];
  const columns: MarkdownColumn[] = [
    ...names.map((name) => ({ title: factorName(name) })),
    { title: `${metricName(metric)}${unitOf(metric)}`, align: 'right' },
    ...rules.map((rule) => ({ title: `on ${rule}`, align: 'right' as const })),
    { title: 'seeds', align: 'right' },
    { title: 'parameters', align: 'right' },
    ...(study.select ? [{ title: factorName(study.select.over), align: 'right' as const }] : []),
  ];
  const format = plainFormat(metric);
  const sorted = sortCells(cells, layout, metric);
  const table = markdownTable(
    columns,
    sorted.slice(0, mostRows).map(({ cell, value }) => {
      const [first] = [...cell.runs.values()].flatMap(({ result }) => result ?? []);
      return [
        ...names.map((name) => cellText(levelName(cell.factors[name]))),
        value ? estimateText(value, format) : '–',
        ...rules.map((rule) => meanText(estimate(cell, `accuracy.${rule}`), format)),
        `${value?.values.length ?? 0}/${study.seeds.length}`,
        first ? grouped(first.parameters) : '–',
        ...(study.select ? [String(cell.chosen ?? '–')] : []),
      ];
    }),
  );
  return sorted.length > mostRows
    ? `${table}\n\nThe best ${mostRows} of ${sorted.length} combinations: [results.csv](results.csv) has every run.`
    : table;
}

function sortCells(cells: readonly Cell[], { panels }: Layout, metric: string) {
  const sign = lowerIsBetter(metric) ? 1 : -1;
  const panelOf = ({ factors }: Cell) => JSON.stringify(panels.map((name) => factors[name]));
  // Of many panels none would be seen whole: then simply the best come first.
  const order = cells.length > mostRows ? [] : [...new Set(cells.map(panelOf))];
  const found = cells.map((cell) => {
    const value = estimate(cell, metric);
    return { cell, value, panel: order.indexOf(panelOf(cell)), key: value ? sign * value.mean : Number.MAX_VALUE };
  });
  return found.sort((a, b) => a.panel - b.panel || a.key - b.key);
}

/** The rules whose accuracy the runs have. */
function rulesOf(cells: readonly Cell[]): string[] {
  const first = cells.flatMap(({ runs }) => [...runs.values()]).find(({ result }) => result);
  return Object.keys(first?.result?.metrics.final ?? {}).flatMap((name) =>
    name.startsWith('accuracy.') ? [name.slice('accuracy.'.length)] : [],
  );
}

const unitOf = (metric: string) => (isShare(metric) ? ' in %' : '');

/** Values of a metric without their unit, which stands in the heading. */
export function plainFormat(metric: string): (value: number) => string {
  return isShare(metric) ? (value) => (value * 100).toFixed(1) : quantityOf(metric, []).format;
}

/** A mean with its interval, `94.5 [93.1, 95.9]`, or alone where there is none. */
export function estimateText(
  { mean, lower, upper }: Omit<Estimate, 'values'>,
  format: (value: number) => string,
): string {
  return Number.isNaN(lower) ? format(mean) : `${format(mean)} [${format(lower)}, ${format(upper)}]`;
}

const meanText = (value: Estimate | undefined, format: (value: number) => string) => (value ? format(value.mean) : '–');
