import type { ComparedModel, Comparison } from '../report/comparison.ts';
import { compact } from '../terminal/format.ts';
import type { Style } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';

const minutes = (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.round(seconds) % 60).padStart(2, '0')}`;
const share = (value: number | null | undefined) => (typeof value === 'number' ? (100 * value).toFixed(1) : '–');

/** The table of a comparison, at most 80 columns: accuracies in percent, the best of each column in bold. */
export function comparisonTable(comparison: Comparison, style: Style): string[] {
  const rules = Object.keys(comparison.targetsPerRule);
  const shares: ((model: ComparedModel) => number | null | undefined)[] = [
    (model) => model.accuracy,
    ...rules.map((rule) => (model: ComparedModel) => model.accuracyPerRule[rule]),
    (model) => model.visibleAccuracy,
  ];
  const best = shares.map((value) => Math.max(...comparison.models.map((model) => value(model) ?? 0)));
  const rows = comparison.models.map((model) => [
    model.label,
    ...shares.map((value, index) => (value(model) === best[index] ? style.bold : String)(share(value(model)))),
    compact(model.parameters),
    minutes(model.seconds),
  ]);
  const titles = ['accuracy in %', 'all', ...rules, 'visible', 'weights', 'time'];
  const columns = titles.map((title, index) => ({
    title,
    align: index === 0 ? ('left' as const) : ('right' as const),
  }));
  return table(columns, rows, { gap: 1, heading: style.dim });
}
