import { learningCurve } from '../../statistics/learning-curve.ts';
import type { CurvePoint } from '../../store/result.ts';
import type { Cell } from '../cells.ts';
import { heading } from '../drawing/block.ts';
import { type Line, type LinePanel, type LinePoint, lineChart } from '../drawing/line-chart.ts';
import { extent, ticks } from '../drawing/scale.ts';
import { capital, compact, isShare, memberName, metricName, quantityOf } from '../names.ts';
import {
  cellAt,
  comparedOf,
  type FigureData,
  type Panel,
  type Part,
  panelsOf,
  referencesOf,
  seedsText,
} from './figure-data.ts';
import { panelRows } from './panel-rows.ts';

/** More lines or panels than this and the figure says nothing. */
const mostLines = 14;
const mostPanels = 12;

/** Learning curves with their bands; many of them stand apart by family, where mechanisms keep their colours. */
export function learningCurvesPart(data: FigureData): Part {
  const compared = comparedOf(data);
  const panels = panelsOf(data);
  const families = [...new Set(compared.map(({ family }) => family))];
  const apart = compared.length > 3 && families.length > 1;
  if (compared.length > mostLines || panels.length * (apart ? families.length : 1) > mostPanels) return [];

  const panelOf = (panel: Panel, family?: string): LinePanel => {
    const members = compared.filter((one) => family === undefined || one.family === family);
    return {
      // Models of no family are named at the ends of their lines.
      title: [panel.title, family ?? ''].filter((text) => text !== '').join(' · '),
      // The bars above name the targets already.
      references: referencesOf(data, panel).map((one) => (one.label === 'chance' ? one : { ...one, label: '' })),
      lines: members.flatMap(({ level, label, color }): Line[] => {
        const cell = cellAt(data, panel, level);
        const points = cell ? meanCurve(cell, data.metric) : [];
        return points.length < 2 ? [] : [{ label: apart ? memberName(level) : label, color, points }];
      }),
    };
  };
  const perRow = families.length > 3 ? 2 : families.length;
  const grid = apart
    ? panels.flatMap((panel) =>
        panelRows(
          families.map((family) => panelOf(panel, family)),
          perRow,
        ),
      )
    : panelRows(panels.map((panel) => panelOf(panel)));

  const points = grid.flat().flatMap(({ lines }) => lines.flatMap((line) => line.points));
  const [, steps] = extent([0, ...points.map(({ x }) => x)]);
  if (steps === 0) return [];
  const values = points.flatMap(({ mean, lower, upper }) =>
    [mean, lower, upper].filter((value) => !Number.isNaN(value)),
  );
  const name = capital(metricName(data.metric).replace(/^best /, ''));
  return [
    heading('While they learn', `${name} at the evaluations, mean over ${seedsText(data)} and its 95 % interval.`),
    lineChart(
      grid,
      {
        name: 'training step',
        range: [0, steps],
        ticks: ticks([0, steps], 3).map((at) => ({ at, label: compact(at) })),
        free: 'end',
      },
      quantityOf(data.metric, values),
    ),
  ];
}

function meanCurve({ runs }: Cell, metric: string): LinePoint[] {
  const curves = [...runs.values()].flatMap((row) => {
    if (row.status !== 'done') return [];
    const points = row.curve().flatMap((point) => {
      const value = curveValue(point, metric);
      return value !== undefined && Number.isFinite(value) ? [{ step: point.step, value }] : [];
    });
    return [{ points, stoppedEarly: row.result?.stoppedEarly ?? false }];
  });
  const means = learningCurve(curves, isShare(metric) ? { range: [0, 1] } : {});
  return means.map(({ step, mean, lower, upper }) => ({ x: step, mean, lower, upper }));
}

/** A metric at one evaluation. */
function curveValue(point: CurvePoint, metric: string): number | undefined {
  const [name = '', rule] = metric.replace(/^(best|final)\./, '').split('.');
  if (rule !== undefined) return name === 'accuracy' ? point.accuracyPerRule[rule] : undefined;
  if (name === 'loss' || name === 'accuracy') return point[name];
  return name === 'visibleAccuracy' ? (point.visibleAccuracy ?? undefined) : point.measures?.[name];
}
