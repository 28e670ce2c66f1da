import { lowerIsBetter } from '../../study/metric.ts';
import { estimate } from '../cells.ts';
import { barChart } from '../drawing/bar-chart.ts';
import { heading } from '../drawing/block.ts';
import { capital, metricName, quantityOf } from '../names.ts';
import {
  allValues,
  type Compared,
  cellAt,
  comparedOf,
  type FigureData,
  type Part,
  panelsOf,
  referencesOf,
  seedsText,
} from './figure-data.ts';

const mostPanels = 12;
const mostRows = 40;

/** A bar for every compared level, families together, the best first; a panel for every combination of the other factors. */
export function barsPart(data: FigureData): Part {
  const panels = panelsOf(data).slice(0, mostPanels);
  const rows = comparedOf(data)
    .slice(0, mostRows)
    .map((compared) => {
      const bars = panels.map((panel) => {
        const cell = cellAt(data, panel, compared.level);
        return cell && estimate(cell, data.metric);
      });
      const means = bars.flatMap((bar) => bar?.mean ?? []);
      return { ...compared, bars, mean: means.reduce((sum, mean) => sum + mean, 0) / means.length || 0 };
    });
  const sorted = sortByFamily(rows, lowerIsBetter(data.metric) ? -1 : 1);
  return [
    heading(
      capital(metricName(data.metric)),
      `Mean over ${seedsText(data)}, its 95 % interval, and a point for every seed.`,
    ),
    barChart(
      sorted.map(({ label, color, family }) => ({ label, color, group: family })),
      panels.map((panel, index) => ({
        title: panel.title,
        bars: sorted.map((row) => row.bars[index]),
        references: referencesOf(data, panel),
      })),
      quantityOf(data.metric, allValues(data)),
    ),
  ];
}

function sortByFamily<R extends Compared & { readonly mean: number }>(rows: readonly R[], sign: 1 | -1): R[] {
  const best = (family: string) =>
    Math.max(...rows.filter((row) => row.family === family).map(({ mean }) => sign * mean));
  const families = [...new Set(rows.map(({ family }) => family))].sort((a, b) => best(b) - best(a));
  return families.flatMap((family) =>
    rows.filter((row) => row.family === family).sort((a, b) => sign * (b.mean - a.mean)),
  );
}
