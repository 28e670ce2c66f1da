import {
  type Block,
  end,
  innerWidth,
  middle,
  normal,
  type Quantity,
  quiet,
  type Reference,
  strong,
  text,
} from './block.ts';
import { linearScale, ticks } from './scale.ts';
import { element, fitText, label, moved, rule, textWidth } from './svg.ts';

/** The runs of a bar: their values, one a seed, and what they say of the mean. */
export interface Estimate {
  readonly values: readonly number[];
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

export interface BarRow {
  readonly label: string;
  readonly color: string;
  /** Rows of a group stand together. */
  readonly group: string;
}

export interface BarPanel {
  readonly title: string;
  /** One a row; undefined where there are no runs. */
  readonly bars: readonly (Estimate | undefined)[];
  readonly references: readonly Reference[];
}

const rowHeight = 26;
const groupGap = 9;
const barHeight = 16;
const gutter = 30;
const bottom = 34;
const perLine = 3;

/** Bars with a point for every seed and the interval of the mean, panels side by side with the same rows. */
export function barChart(rows: readonly BarRow[], panels: readonly BarPanel[], quantity: Quantity): Block {
  const names = Math.min(190, Math.max(...rows.map((row) => textWidth(row.label, text))) + 14);
  const columns = Math.min(perLine, panels.length);
  const width = (innerWidth - names - gutter * (columns - 1)) / columns;
  const places = rowPlaces(rows);
  // A panel alone needs no title.
  const top = panels.some(({ title }) => title !== '') ? 44 : 24;
  const height = top + places.at(-1)! + rowHeight + bottom;
  const lines = Math.ceil(panels.length / columns);
  const bodies = panels.map((panel, index) => {
    const [line, column] = [Math.floor(index / columns), index % columns];
    return moved(
      names + column * (width + gutter),
      line * height,
      barPanel(rows, places, panel, { quantity, width, height, top }),
    );
  });
  const labels = Array.from({ length: lines }, (_, line) =>
    rows.map((row, index) =>
      label(fitText(row.label, text, names - 14), names - 12, line * height + top + places[index]! + 16, {
        ...normal,
        ...end,
      }),
    ),
  );
  return { height: lines * height, body: [...labels.flat(), ...bodies].join('') };
}

/** Where each row begins: rows in steps, with a gap before every new group. */
function rowPlaces(rows: readonly BarRow[]): number[] {
  let gaps = 0;
  return rows.map((row, index) => {
    if (index > 0 && rows[index - 1]!.group !== row.group) gaps++;
    return index * rowHeight + gaps * groupGap;
  });
}

interface PanelLayout {
  readonly quantity: Quantity;
  readonly width: number;
  readonly height: number;
  /** Where the first row begins. */
  readonly top: number;
}

function barPanel(
  rows: readonly BarRow[],
  places: readonly number[],
  { title, bars, references }: BarPanel,
  { quantity, width, height, top }: PanelLayout,
): string {
  const numbers = Math.max(...bars.map((bar) => (bar ? textWidth(quantity.format(bar.mean), text) : 0))) + 10;
  const plot = width - numbers;
  const x = linearScale(quantity.range, [0, plot]);
  const base = height - bottom + 4;
  const axis = ticks(quantity.range, plot > 260 ? 5 : 2).flatMap((tick) => [
    rule(x(tick), top - 4, x(tick), base, { stroke: 'var(--grid)' }),
    label(quantity.tick(tick), x(tick), base + 14, { ...quiet, ...middle }),
  ]);
  const marks = references.flatMap(({ value, label: name }) => [
    rule(x(value), top - 4, x(value), base, { stroke: 'var(--line)', 'stroke-dasharray': '2 3' }),
    label(name, x(value), top - 9, { ...quiet, ...besideOthers(value, name, references, x) }),
  ]);
  const zero = x(Math.min(Math.max(0, quantity.range[0]), quantity.range[1]));
  const drawn = bars.flatMap((bar, index) => {
    const y = top + places[index]! + rowHeight / 2;
    if (!bar) return [label('no result', zero + 6, y + 4, quiet)];
    const color = rows[index]!.color;
    const [from, to] = [Math.min(zero, x(bar.mean)), Math.max(zero, x(bar.mean))];
    return [
      element('rect', {
        ...{ x: from, y: y - barHeight / 2, width: to - from, height: barHeight, rx: 2 },
        ...{ fill: color, 'fill-opacity': 0.18 },
      }),
      ...seedPoints(bar, x, y, color),
      ...intervalMark(bar, x, y, color),
      rule(x(bar.mean), y - 7, x(bar.mean), y + 7, { stroke: color, 'stroke-width': 2.4 }),
      label(quantity.format(bar.mean), width, y + 4, { ...normal, ...end }),
    ];
  });
  return [label(title, 0, 12, strong), ...axis, ...marks, ...drawn].join('');
}

/** Where the name of a reference stands: above it, or to the side where no other name is in its way. */
function besideOthers(value: number, name: string, references: readonly Reference[], x: (value: number) => number) {
  const room = textWidth(name, text) + 6;
  const near = references.filter((other) => other.value !== value && Math.abs(x(other.value) - x(value)) < room);
  if (near.length === 0) return middle;
  return near.every((other) => other.value > value) ? end : {};
}

/** A point for every seed, one below the other so that equal values show. */
function seedPoints({ values }: Estimate, x: (value: number) => number, y: number, color: string): string[] {
  const step = Math.min(3, (barHeight - 4) / Math.max(1, values.length - 1));
  return values.map((value, index) =>
    element('circle', {
      ...{ cx: x(value), cy: y + (index - (values.length - 1) / 2) * step, r: 1.9 },
      ...{ fill: color, 'fill-opacity': 0.65 },
    }),
  );
}

function intervalMark({ lower, upper }: Estimate, x: (value: number) => number, y: number, color: string): string[] {
  if (Number.isNaN(lower)) return [];
  const cap = (value: number) => rule(x(value), y - 3.5, x(value), y + 3.5, { stroke: color, 'stroke-width': 1.4 });
  return [rule(x(lower), y, x(upper), y, { stroke: color, 'stroke-width': 1.4 }), cap(lower), cap(upper)];
}
