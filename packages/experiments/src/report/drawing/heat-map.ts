import { type Block, end, innerWidth, middle, normal, type Quantity, quiet, small, tiny } from './block.ts';
import { extent, linearScale } from './scale.ts';
import { element, fitText, label, textWidth } from './svg.ts';

export interface HeatRow {
  /** What tells the row from the others, one text a heading. */
  readonly labels: readonly string[];
  readonly values: readonly (number | undefined)[];
  /** Written behind the row. */
  readonly note?: string;
}

export interface HeatColumn {
  readonly label: string;
  readonly color?: string;
}

const rowHeight = 23;
/** Width of a cell that holds a number. */
const legible = 28;

/** A table whose cells are the darker the larger their value; rows are named by the levels of one or several factors. */
export function heatMap(
  headings: readonly string[],
  rows: readonly HeatRow[],
  columns: readonly HeatColumn[],
  quantity: Quantity,
  noteHeading = '',
): Block {
  const size = headings.length > 6 ? 10 : small;
  const notes = noteHeading === '' ? 0 : Math.max(textWidth(noteHeading, small), 44) + 10;
  const labels = headings.map((_, index) => Math.max(...rows.map((row) => textWidth(row.labels[index]!, size))) + 9);
  const labelsWidth = labels.reduce((sum, width) => sum + width, 0);
  const free = Math.max(innerWidth - notes - columns.length * 38, 120);
  const shrink = Math.min(1, free / labelsWidth);
  const widths = labels.map((width) => width * shrink);
  const start = labelsWidth * shrink + 4;
  const cell = Math.min(96, (innerWidth - notes - start) / columns.length);
  // Narrow cells have no room for their numbers, and not every column for its name.
  const named = Math.ceil(legible / cell);
  const lines = columns.map(({ label: name }, column) => (column % named === 0 ? name.split(' ') : ['']));
  const tilted = headings.length > 1;
  const top = Math.max(tilted ? 78 : 20, 14 * Math.max(...lines.map((words) => words.length)) + 8);
  const values = rows.flatMap((row) => row.values.filter((value) => value !== undefined));
  const opacity = linearScale(extent(values), [0.06, 0.94]);
  const offset = (index: number) => widths.slice(0, index).reduce((sum, width) => sum + width, 0);

  const heads = [
    ...headings.map((heading, index) =>
      tilted
        ? element(
            'g',
            { transform: `translate(${(offset(index) + 4).toFixed(2)} ${top - 8}) rotate(-50)` },
            label(fitText(heading, tiny, 92), 0, 0, { ...quiet, 'font-size': tiny }),
          )
        : label(heading, 0, top - 8, quiet),
    ),
    ...columns.flatMap(({ color }, column) =>
      lines[column]!.map((word, line) =>
        label(
          fitText(word, tiny, cell * named),
          start + (column + 0.5) * cell,
          top - 8 - 13 * (lines[column]!.length - 1 - line),
          {
            ...middle,
            fill: color ?? 'var(--ink)',
            'font-size': tiny,
            'font-weight': 600,
          },
        ),
      ),
    ),
    label(noteHeading, innerWidth, top - 8, { ...quiet, ...end }),
  ];
  const body = rows.flatMap((row, index) => {
    const y = top + index * rowHeight;
    return [
      ...row.labels.map((text, column) =>
        label(fitText(text, size, widths[column]! - 3), offset(column), y + 16, { ...normal, 'font-size': size }),
      ),
      ...row.values.map((value, column) => heatCell(value, start + column * cell, y, cell, quantity, opacity)),
      label(row.note ?? '', innerWidth, y + 16, { ...normal, ...end, 'font-size': small }),
    ];
  });
  return { height: top + rows.length * rowHeight + 8, body: [...heads, ...body].join('') };
}

function heatCell(
  value: number | undefined,
  x: number,
  y: number,
  width: number,
  { format }: Quantity,
  opacity: (value: number) => number,
): string {
  const box = { x: x + 1, y: y + 1, width: width - 2, height: rowHeight - 2, rx: 2 };
  const place = [x + width / 2, y + 16] as const;
  if (value === undefined) {
    return (
      element('rect', { ...box, fill: 'none', stroke: 'var(--grid)' }) + label('–', ...place, { ...quiet, ...middle })
    );
  }
  const strength = opacity(value);
  const filled = element('rect', { ...box, fill: 'var(--dpa)', 'fill-opacity': strength });
  if (width < legible) return filled;
  const ink = strength > 0.65 ? 'var(--paper)' : 'var(--ink)';
  return filled + label(format(value).replace(/ %$/, ''), ...place, { ...middle, 'font-size': small, fill: ink });
}
