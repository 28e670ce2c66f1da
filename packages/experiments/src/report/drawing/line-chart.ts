import {
  type Block,
  end,
  innerWidth,
  middle,
  type Quantity,
  quiet,
  type Reference,
  small,
  strong,
  text,
  tiny,
} from './block.ts';
import type { Scale } from './scale.ts';
import { linearScale, spread, ticks } from './scale.ts';
import { element, fitText, label, moved, path, rule, textWidth } from './svg.ts';

export interface LinePoint {
  readonly x: number;
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  /** Shown as points of their own. */
  readonly values?: readonly number[];
}

export interface Line {
  readonly label: string;
  readonly color: string;
  readonly points: readonly LinePoint[];
}

export interface LinePanel {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly references: readonly Reference[];
}

export interface HorizontalAxis {
  readonly name: string;
  readonly range: readonly [low: number, high: number];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** Where lines keep clear of the names of references. */
  readonly free: 'start' | 'end';
}

const gutter = 18;
const left = 40;
const bottom = 46;
const nameHeight = 14;

/** Means as lines with their intervals as bands, each named at its end; rows of panels that share their axes. */
export function lineChart(grid: readonly (readonly LinePanel[])[], axis: HorizontalAxis, quantity: Quantity): Block {
  const columns = Math.max(...grid.map((row) => row.length));
  const names =
    Math.max(0, ...grid.flat().flatMap(({ lines }) => lines.map((line) => textWidth(line.label, small)))) + 12;
  const width = (innerWidth - left - gutter * (columns - 1)) / columns;
  const plotHeight = columns === 1 ? 230 : 150;
  // A panel alone needs no title.
  const top = grid.flat().some(({ title }) => title !== '') ? 24 : 8;
  const height = top + plotHeight + bottom;
  const plot = { width: width - names, height: plotHeight, right: width };
  const bodies = grid.flatMap((row, line) => [
    moved(left, line * height + top, verticalAxis(quantity, plotHeight)),
    ...row.map((panel, column) =>
      moved(left + column * (width + gutter), line * height + top, linePanel(panel, { axis, quantity, plot })),
    ),
  ]);
  return { height: grid.length * height, body: bodies.join('') };
}

function verticalAxis({ range, tick }: Quantity, height: number): string {
  const y = linearScale(range, [height, 0]);
  return ticks(range, 4)
    .map((value) => label(tick(value), -6, y(value) + 4, { ...quiet, ...end }))
    .join('');
}

interface PanelLayout {
  readonly axis: HorizontalAxis;
  readonly quantity: Quantity;
  readonly plot: { readonly width: number; readonly height: number; readonly right: number };
}

function linePanel({ title, lines, references }: LinePanel, { axis, quantity, plot }: PanelLayout): string {
  const x = linearScale(axis.range, [0, plot.width]);
  const y = linearScale(quantity.range, [plot.height, 0]);
  return [
    ...ticks(quantity.range, 4).map((tick) => rule(0, y(tick), plot.width, y(tick), { stroke: 'var(--grid)' })),
    ...references.flatMap(({ value, label: name }) => [
      rule(0, y(value), plot.width, y(value), { stroke: 'var(--line)', 'stroke-dasharray': '2 3' }),
      // The name stands above its line, or below it where the title of the panel would be in the way.
      label(name, axis.free === 'end' ? plot.width - 2 : 2, y(value) + (y(value) < tiny ? tiny : -4), {
        ...quiet,
        ...(axis.free === 'end' && end),
        'font-size': tiny,
      }),
    ]),
    ...axis.ticks.flatMap(({ at, label: name }) => [
      rule(x(at), plot.height, x(at), plot.height + 4, { stroke: 'var(--line)' }),
      label(name, x(at), plot.height + 16, { ...quiet, ...middle }),
    ]),
    label(axis.name, plot.width / 2, plot.height + 31, { ...quiet, ...middle }),
    label(fitText(title, text, plot.right), 0, -10, strong),
    ...lines.map((line) => band(line, x, y)),
    ...lines.map((line) => curve(line, x, y)),
    ...endLabels(lines, x, y, plot),
  ].join('');
}

function band({ points, color }: Line, x: Scale, y: Scale): string {
  const known = points.filter(({ lower }) => !Number.isNaN(lower));
  if (known.length < 2) return '';
  const outline = [
    ...known.map((point) => [x(point.x), y(point.upper)] as const),
    ...known.toReversed().map((point) => [x(point.x), y(point.lower)] as const),
  ];
  return path(outline, { fill: color, 'fill-opacity': 0.14 }, true);
}

function curve({ points, color }: Line, x: Scale, y: Scale): string {
  const drawn = points.map((point) => [x(point.x), y(point.mean)] as const);
  const seeds = points.flatMap((point) =>
    (point.values ?? []).map((value) =>
      element('circle', { cx: x(point.x), cy: y(value), r: 1.6, fill: color, 'fill-opacity': 0.6 }),
    ),
  );
  return [path(drawn, { fill: 'none', stroke: color, 'stroke-width': 2, 'stroke-linejoin': 'round' }), ...seeds].join(
    '',
  );
}

/** The name of each line beside its end, moved apart where lines end together. */
function endLabels(
  lines: readonly Line[],
  x: Scale,
  y: Scale,
  { width, height: floor }: PanelLayout['plot'],
): string[] {
  const ends = lines
    .filter((line) => line.points.length > 0)
    .map((line) => ({ line, point: line.points.at(-1)! }))
    .sort((a, b) => y(a.point.mean) - y(b.point.mean));
  const heights = spread(
    ends.map(({ point }) => y(point.mean)),
    nameHeight,
  );
  for (let index = heights.length - 1, limit = floor; index >= 0; index--, limit = heights[index + 1]! - nameHeight) {
    heights[index] = Math.min(heights[index]!, limit);
  }
  return ends.flatMap(({ line, point }, index) => [
    element('circle', { cx: x(point.x), cy: y(point.mean), r: 3, fill: line.color }),
    label(line.label, Math.min(width, x(point.x)) + 8, heights[index]! + 4, {
      fill: line.color,
      'font-size': small,
      'font-weight': 600,
    }),
  ]);
}
