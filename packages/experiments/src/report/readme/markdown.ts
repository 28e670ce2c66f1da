/** Text that stays text inside a table of Markdown. */
export function cellText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[|\\<>*_`[\]]/g, (character) => `\\${character}`)
    .trim();
}

export interface MarkdownColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A table; cells are Markdown already. Columns are as wide as their widest cell, as a formatter would leave them. */
export function markdownTable(columns: readonly MarkdownColumn[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) => Math.max(3, title.length, ...rows.map((row) => row[index]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, index) => (columns[index]!.align === 'right' ? text.padStart(widths[index]!) : text.padEnd(widths[index]!))).join(' | ')} |`;
  const dashes = columns.map(({ align }, index) =>
    align === 'right' ? `${'-'.repeat(widths[index]! - 1)}:` : '-'.repeat(widths[index]!),
  );
  return [line(columns.map(({ title }) => title)), line(dashes), ...rows.map(line)].join('\n');
}
