import { levelsOf } from '../../study/levels.ts';
import { estimate } from '../cells.ts';
import { heading } from '../drawing/block.ts';
import { heatMap } from '../drawing/heat-map.ts';
import { type Line, type LinePanel, type LinePoint, lineChart } from '../drawing/line-chart.ts';
import { capital, factorName, levelName, metricName, quantityOf } from '../names.ts';
import {
  allValues,
  cellAt,
  comparedOf,
  type FigureData,
  type Part,
  panelsOf,
  referencesOf,
  seedsText,
} from './figure-data.ts';
import { panelRows } from './panel-rows.ts';

const mostPanels = 24;
const mostColumns = 5;
const mostRows = 40;
/** More points than this would hide each other. */
const mostPoints = 1500;
const mostTicks = 12;

const ascending = (data: FigureData, name: string) =>
  levelsOf(data.study, name).toSorted((a, b) => Number(a) - Number(b));

/** Lines along a factor of numbers, its levels evenly spaced; two other factors make columns and rows of panels. */
export function alongPart(data: FigureData, along: string): Part {
  const { study, cells, layout, metric } = data;
  const levels = ascending(data, along);
  const withSeeds = cells.length * study.seeds.length <= mostPoints;
  const panels = panelsOf(data)
    .slice(0, mostPanels)
    .map((panel): { levels: typeof panel.levels; drawn: LinePanel } => ({
      levels: panel.levels,
      drawn: {
        title: panel.title,
        references: referencesOf(data, panel),
        lines: comparedOf(data).flatMap(({ level, label, color }): Line[] => {
          const points = levels.flatMap((number, x): LinePoint[] => {
            const cell = cellAt(data, panel, level, number);
            const found = cell && estimate(cell, metric);
            if (!found) return [];
            const { values, ...rest } = found;
            return [{ x, ...rest, ...(withSeeds && { values }) }];
          });
          return points.length === 0 ? [] : [{ label, color, points }];
        }),
      },
    }));
  const [across, down] = layout.panels;
  const columns = across === undefined ? [] : levelsOf(study, across);
  const rows = down === undefined ? [] : levelsOf(study, down);
  const whole = columns.length <= mostColumns && panels.length === columns.length * rows.length;
  const grid = whole
    ? rows.map((row) => panels.filter((panel) => panel.levels[1] === row).map(({ drawn }) => drawn))
    : panelRows(panels.map(({ drawn }) => drawn));
  const every = Math.ceil(levels.length / mostTicks);
  return [
    heading(
      `${capital(metricName(metric))} along ${factorName(along)}`,
      `Mean over ${seedsText(data)}, its 95 % interval as a band${withSeeds ? ', and a point for every seed' : ''}.`,
    ),
    lineChart(
      grid,
      {
        name: factorName(along),
        range: [-0.2, levels.length - 0.8],
        ticks: levels.flatMap((level, at) => (at % every === 0 ? [{ at, label: String(level) }] : [])),
        free: 'start',
      },
      quantityOf(metric, allValues(data)),
    ),
  ];
}

/** Two factors of numbers and nothing to compare: one down, one across. */
export function gridPart(data: FigureData, across: string, down: string): Part {
  const columns = ascending(data, across);
  return [
    heading(capital(metricName(data.metric)), `Mean over ${seedsText(data)}; across: ${factorName(across)}.`),
    heatMap(
      [factorName(down)],
      ascending(data, down)
        .slice(0, mostRows)
        .map((row) => ({
          labels: [levelName(row)],
          values: columns.map((column) => {
            const cell = cellAt(data, { title: '', levels: [row] }, undefined, column);
            return cell && estimate(cell, data.metric)?.mean;
          }),
        })),
      columns.map((column) => ({ label: levelName(column) })),
      quantityOf(data.metric, allValues(data)),
    ),
  ];
}
