import type { ResultRow, Study } from '@switchyard/experiments';
import { percent } from '../terminal/format.ts';
import type { Style } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';

/** What `sweep --json` prints. */
export function summaryOf({ name, directory }: Study, rows: readonly ResultRow[]) {
  const count = (status: ResultRow['status']) => rows.filter((row) => row.status === status).length;
  return {
    study: name,
    directory,
    runs: { total: rows.length, done: count('done'), failed: count('failed'), pending: count('pending') },
  };
}

/** One line a combination: how many of its runs are done, and the range of their last accuracies. */
export function cellTable(rows: readonly ResultRow[], style: Style): string[] {
  const finals = rows.filter(({ phase }) => phase === 'final');
  const cells = new Map<string, ResultRow[]>();
  for (const row of finals) {
    const key = JSON.stringify(Object.values(row.factors));
    cells.set(key, [...(cells.get(key) ?? []), row]);
  }
  const names = Object.keys(finals[0]?.factors ?? {});
  const columns = [
    ...names.map((title) => ({ title: title.split('.').at(-1) ?? title, align: 'left' as const })),
    ...['runs', 'mean accuracy', 'lowest', 'highest'].map((title) => ({ title })),
  ];
  const lines = [...cells.values()].map((members) => {
    const shares = members.flatMap(({ result }) => result?.metrics.final.accuracy ?? []);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const range = shares.length > 0 ? [mean, Math.min(...shares), Math.max(...shares)] : [];
    return [
      ...names.map((name) => String(members[0]!.factors[name])),
      `${shares.length}/${members.length}`,
      ...range.map(percent),
    ];
  });
  return table(columns, lines, { heading: style.dim });
}
