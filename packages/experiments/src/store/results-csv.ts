import type { ResultRow } from './read-results.ts';

const quoted = (value: unknown): string => {
  const text = String(value ?? '');
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Lines of values as CSV; what is undefined is empty. */
export function toCsv(lines: readonly (readonly unknown[])[]): string {
  return lines.map((line) => `${line.map(quoted).join(',')}\n`).join('');
}

/** The keys that any row has, in the order in which they appear. */
export function keysOf(rows: readonly ResultRow[], of: (row: ResultRow) => object | undefined): string[] {
  const keys = new Set<string>();
  for (const row of rows) for (const key in of(row)) keys.add(key); // no lists on the way: there may be 100 000 rows
  return [...keys];
}

/**
 * The results as CSV, one row a run: what was varied, how it ended, `final_…` and `best_…` metrics. Curves are in
 * results.jsonl alone.
 */
export function resultsCsv(rows: readonly ResultRow[]): string {
  const factors = keysOf(rows, (row) => row.factors);
  const final = keysOf(rows, ({ result }) => result?.metrics.final);
  const best = keysOf(rows, ({ result }) => result?.metrics.best);
  const header = [
    ...['run', 'phase', ...factors, 'seed', 'status', 'attempts', 'reason'],
    ...['steps', 'stopped_early', 'parameters', 'training_tokens', 'seconds', 'backend'],
    ...final.map((name) => `final_${name}`),
    ...best.map((name) => `best_${name}`),
  ];
  const lines = rows.map(({ runHash, phase, factors: levels, seed, status, attempts, reason, result }) => [
    ...[runHash.slice(0, 16), phase, ...factors.map((name) => levels[name]), seed, status, attempts, firstLine(reason)],
    ...[result?.steps, result?.stoppedEarly, result?.parameters, result?.trainingTokens],
    ...[result?.seconds.toFixed(1), result?.backend],
    ...final.map((name) => result?.metrics.final[name]),
    ...best.map((name) => result?.metrics.best[name]),
  ]);
  return toCsv([header, ...lines]);
}

const firstLine = (text: string | undefined) => text?.split('\n')[0];
