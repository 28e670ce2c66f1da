import { type BasicType, type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import type { Level } from '../study/schema.ts';
import type { ResultRow } from './read-results.ts';
import { keysOf } from './results-csv.ts';

type Value = Level | Date | undefined;

/**
 * The results as a Parquet file, one row a run, in the order and with the names of results.csv, but typed and whole: the
 * full hash and reason of a run, times unrounded, and `machine`, `finished` (UTC) and `chance` as well. Factors are whole
 * numbers, numbers, booleans or text, whichever holds all their levels; one whose name is that of another column is called
 * `factor_<name>`. What a run does not have is null. The same rows give the same bytes.
 */
export function resultsParquet(rows: readonly ResultRow[]): Uint8Array {
  const own = [
    column('run', 'STRING', rows, ({ runHash }) => runHash),
    column('phase', 'STRING', rows, ({ phase }) => phase),
    column('seed', 'INT64', rows, ({ seed }) => seed),
    column('status', 'STRING', rows, ({ status }) => status),
    column('attempts', 'INT64', rows, ({ attempts }) => attempts),
    column('reason', 'STRING', rows, ({ reason }) => reason),
    column('steps', 'INT64', rows, ({ result }) => result?.steps),
    column('stopped_early', 'BOOLEAN', rows, ({ result }) => result?.stoppedEarly),
    column('parameters', 'INT64', rows, ({ result }) => result?.parameters),
    column('training_tokens', 'INT64', rows, ({ result }) => result?.trainingTokens),
    column('seconds', 'DOUBLE', rows, ({ result }) => result?.seconds),
    column('backend', 'STRING', rows, ({ result }) => result?.backend),
    column('chance', 'DOUBLE', rows, ({ result }) => result?.chance),
    column('machine', 'STRING', rows, ({ result }) => result?.machine),
    column('finished', 'TIMESTAMP', rows, ({ result }) => (result?.finished ? new Date(result.finished) : undefined)),
    ...metricColumns('final', rows),
    ...metricColumns('best', rows),
  ];
  const taken = new Set(own.map(({ name }) => name));
  const factors = keysOf(rows, (row) => row.factors).map((name) => {
    const type = typeOf(rows.flatMap((row) => row.factors[name] ?? []));
    return column(taken.has(name) ? `factor_${name}` : name, type, rows, (row) => row.factors[name]);
  });
  const columnData = [...own.slice(0, 2), ...factors, ...own.slice(2)];
  const kvMetadata = rows[0] ? [{ key: 'study', value: rows[0].study }] : [];
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata, createdBy: 'switchyard' }));
}

function metricColumns(when: 'final' | 'best', rows: readonly ResultRow[]): ColumnSource[] {
  return keysOf(rows, ({ result }) => result?.metrics[when]).map((name) =>
    column(`${when}_${name}`, 'DOUBLE', rows, ({ result }) => result?.metrics[when][name]),
  );
}

/** The type that holds all levels of a factor. */
function typeOf(levels: readonly Level[]): BasicType {
  if (levels.every((level) => Number.isSafeInteger(level))) return 'INT64';
  if (levels.every((level) => typeof level === 'number')) return 'DOUBLE';
  return levels.every((level) => typeof level === 'boolean') ? 'BOOLEAN' : 'STRING';
}

function column(
  name: string,
  type: BasicType,
  rows: readonly ResultRow[],
  of: (row: ResultRow) => Value,
): ColumnSource {
  const written = (value: Value) => {
    if (value === undefined) return null;
    if (type === 'INT64') return BigInt(Number(value));
    return type === 'STRING' ? String(value) : value;
  };
  return { name, type, data: rows.map((row) => written(of(row))) };
}
