import { type Cell, estimate } from '../cells.ts';
import { heading } from '../drawing/block.ts';
import { type Line, lineChart } from '../drawing/line-chart.ts';
import { capital, isShare, metricName, quantityOf } from '../names.ts';
import { cellAt, comparedOf, type FigureData, type Part, panelsOf, seedsText } from './figure-data.ts';
import { panelRows } from './panel-rows.ts';

/** So many numbers make a line. */
const numbersOfLine = 3;
const mostLines = 14;
const mostPanels = 8;

/** What was measured at several numbers (`collapse.1`, `collapse.2`, …) as lines along them, evenly spaced: a chart a measure. */
export function measuresPart(data: FigureData): Part {
  const compared = comparedOf(data);
  const panels = panelsOf(data);
  if (compared.length > mostLines || panels.length > mostPanels) return [];
  return [...numberedMeasures(data.cells)].flatMap(([measure, numbers]) => {
    const values: number[] = [];
    const drawn = panels.map((panel) => ({
      title: panel.title,
      references: [],
      lines: compared.map(({ level, label, color }): Line => {
        const cell = cellAt(data, panel, level);
        const points = numbers.flatMap((number, x) => {
          const found = cell && estimate(cell, `${measure}.${number}`);
          return found ? [{ x, ...found }] : [];
        });
        values.push(...points.flatMap((point) => point.values));
        return { label, color, points };
      }),
    }));
    return [
      heading(capital(metricName(measure)), `Of trained models, mean over ${seedsText(data)} and its 95 % interval.`),
      lineChart(
        panelRows(drawn),
        {
          name: `${metricName(measure)} at`,
          range: [0, numbers.length - 1],
          ticks: numbers.map((number, at) => ({ at, label: String(number) })),
          free: 'end',
        },
        quantityOf(measure, values),
      ),
    ];
  });
}

/** Measures that runs have at several numbers, with the numbers in order. Accuracies have classes and rules there, which make no line. */
function numberedMeasures(cells: readonly Cell[]): Map<string, number[]> {
  const names = new Set(
    cells.flatMap(({ runs }) => [...runs.values()].flatMap(({ result }) => Object.keys(result?.metrics.final ?? {}))),
  );
  const measures = new Map<string, number[]>();
  for (const name of names) {
    const [, measure, number] = /^(\w+)\.(\d+)$/.exec(name) ?? [];
    if (measure !== undefined && !isShare(measure))
      measures.set(measure, [...(measures.get(measure) ?? []), Number(number)]);
  }
  for (const [measure, numbers] of measures) {
    if (numbers.length < numbersOfLine) measures.delete(measure);
    else numbers.sort((a, b) => a - b);
  }
  return measures;
}
