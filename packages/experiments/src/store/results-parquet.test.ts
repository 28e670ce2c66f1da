import { createHash } from 'node:crypto';
import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { finishedRun } from '../../test/finished-run.ts';
import type { ResultRow } from './read-results.ts';
import { resultsCsv } from './results-csv.ts';
import { resultsParquet } from './results-parquet.ts';

function row(factors: ResultRow['factors'], seed: number, more: Partial<ResultRow> = {}): ResultRow {
  const known = { runHash: 'ab'.repeat(32), study: 'widths', phase: 'final', status: 'done', attempts: 1 } as const;
  return { ...known, directory: 'runs/abab', curve: () => [], factors, seed, ...more };
}

/** The file as a reader gives it, and its own description. */
async function read(rows: readonly ResultRow[]): Promise<{ objects: Record<string, unknown>[]; file: FileMetaData }> {
  const file = resultsParquet(rows).slice().buffer;
  return { objects: await parquetReadObjects({ file }), file: parquetMetadata(file) };
}

const result = { ...finishedRun(0.1 + 0.2, 3), machine: 'AMD EPYC, 2 cores', finished: '2026-11-22T10:00:00.125Z' };

test('one row a run, with the columns of results.csv and more, typed, exact, null where there is nothing', async () => {
  const failed = { status: 'failed', attempts: 3, reason: 'two\nlines, "quoted" · ö' } as const;
  const rows = [
    row({ attention: 'ea', 'model.width': 8, rate: 0.5, norm: true }, 0, { result }),
    row({ attention: 'dpa', 'model.width': 16, rate: 1, norm: false }, 2 ** 40, failed),
  ];
  const { objects, file } = await read(rows);
  expect(objects).toHaveLength(2);
  expect(objects[0]).toMatchObject({
    ...{ run: 'ab'.repeat(32), phase: 'final', attention: 'ea', 'model.width': 8n, rate: 0.5, norm: true, seed: 0n },
    ...{ status: 'done', attempts: 1n, reason: null, steps: BigInt(result.steps), stopped_early: false },
    ...{ seconds: result.seconds, machine: 'AMD EPYC, 2 cores', finished: new Date('2026-11-22T10:00:00.125Z') },
    ...{ final_accuracy: 0.1 + 0.2, chance: result.chance },
  });
  expect(objects[1]).toMatchObject({ seed: 2n ** 40n, rate: 1, norm: false, status: 'failed', reason: failed.reason });
  expect(objects[1]).toMatchObject({ steps: null, final_accuracy: null, finished: null });
  const header = resultsCsv(rows).split('\n')[0]!.split(',');
  expect(Object.keys(objects[0]!)).toEqual(expect.arrayContaining(header));
  expect(file.key_value_metadata).toContainEqual({ key: 'study', value: 'widths' });
  expect(file.created_by).toBe('switchyard');
});

test('levels of several types are text; a factor named as a column gets a name of its own', async () => {
  const { objects } = await read([row({ when: 1, status: 'x' }, 0), row({ when: 'latest', status: 'y' }, 1)]);
  expect(objects).toMatchObject([
    { when: '1', status: 'done', factor_status: 'x' },
    { when: 'latest', status: 'done', factor_status: 'y' },
  ]);
});

test('the same rows give the same bytes; thousands of rows keep their order', async () => {
  const rows = Array.from({ length: 2500 }, (_, seed) => row({ width: seed % 7 }, seed, { result: finishedRun(0.5) }));
  const bytes = resultsParquet(rows);
  expect(resultsParquet([...rows])).toEqual(bytes);
  // Committed files are repeated byte for byte: another hash means that all of them have to be written again.
  expect(createHash('sha256').update(bytes).digest('hex').slice(0, 16)).toMatchInlineSnapshot(`"045214d6e1a9d871"`);
  const { objects } = await read(rows);
  expect(objects.map(({ seed }) => Number(seed))).toEqual(rows.map(({ seed }) => seed));
});
