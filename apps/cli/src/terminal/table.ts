import { displayWidth, type Paint } from './style.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

export interface TableOptions {
  /** Spaces between columns. */
  readonly gap?: number;
  readonly heading?: Paint;
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/**
 * Rows of text as aligned lines under a heading. Columns are as wide as their widest cell; cells may carry colour.
 *
 * @returns one string a line, without trailing spaces
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string[] {
  const { gap = 2, heading = (text: string) => text } = options;
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map((column, index) => pad(cells[index] ?? '', widths[index]!, column.align ?? 'right'))
      .join(' '.repeat(gap))
      .trimEnd();
  return [heading(line(columns.map((column) => column.title))), ...rows.map(line)];
}
