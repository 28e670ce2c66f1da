import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finishedRun } from '../../test/finished-run.ts';
import { temporaryDirectory } from '../../test/temporary.ts';
import type { Entry } from './record.ts';
import { openResults } from './results-file.ts';

const hash = (run: number) => run.toString(16).padStart(64, '0');
const done = (run: number, accuracy = 0.5): Entry => ({
  ...{ runHash: hash(run), factors: { width: run }, seed: 0, status: 'done' },
  result: finishedRun(accuracy, 3),
});
const failed = (run: number, final = false): Entry => ({
  ...{ runHash: hash(run), factors: { width: run }, seed: 0, status: 'failed' },
  ...{ reason: 'no luck', final },
});
const text = (directory: string) => readFileSync(join(directory, 'results.jsonl'), 'utf8');

test('attempts are counted until a run is done, and what is done stays as it is', async () => {
  const directory = temporaryDirectory();
  const results = openResults(directory);
  await results.append([failed(1), failed(1), done(1), failed(2, true)]);
  await results.append([done(1, 0.9), failed(1)]);
  expect(text(directory).split('\n')).toHaveLength(5);
  const expected = [
    { status: 'done', attempts: 3, final: true, result: { metrics: { final: { accuracy: 0.5 } } } },
    { status: 'failed', attempts: 1, final: true, reason: 'no luck' },
  ];
  for (const store of [results, openResults(directory)]) {
    expect([1, 2].map((run) => store.records.get(hash(run)))).toMatchObject(expected);
    expect(store.curve(hash(1))).toEqual(finishedRun(0.5, 3).curve);
    expect(store.curve(hash(2))).toEqual([]);
  }
});

test('a line cut off anywhere is left out by readers and cut away by the next writer', async () => {
  const whole = temporaryDirectory();
  await openResults(whole).append([done(1), done(2)]);
  const bytes = readFileSync(join(whole, 'results.jsonl'));
  const firstEnd = bytes.indexOf('\n') + 1;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: firstEnd, max: bytes.length - 1 }), async (length) => {
      const directory = temporaryDirectory();
      writeFileSync(join(directory, 'results.jsonl'), bytes.subarray(0, length));
      const results = openResults(directory);
      expect([...results.records.keys()]).toEqual([hash(1)]);
      await results.append([done(2), done(3)]);
      expect([...openResults(directory).records.keys()]).toEqual([1, 2, 3].map(hash));
      expect(text(directory).startsWith(bytes.toString())).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('writers on one file add each run once, and see what the others add', async () => {
  const directory = temporaryDirectory();
  const writers = [1, 2, 3].map(() => openResults(directory));
  await Promise.all(
    writers.flatMap((writer, index) =>
      Array.from({ length: 20 }, (_, run) => writer.append([done((run * (index + 1)) % 20)])),
    ),
  );
  for (const writer of writers) writer.refresh();
  expect(text(directory).trimEnd().split('\n')).toHaveLength(20);
  expect(writers.map(({ records }) => records.size)).toEqual([20, 20, 20]);
});

test('a line that is no result is named', () => {
  const directory = temporaryDirectory();
  appendFileSync(join(directory, 'results.jsonl'), `${JSON.stringify(done(1))}\n{"runHash":"x"}\n`);
  expect(() => openResults(directory)).toThrow(/results\.jsonl:2 is not a result: remove the line$/);
});

test('a line longer than the pieces that the file is read in', async () => {
  const directory = temporaryDirectory();
  const long = { ...failed(1), reason: 'x'.repeat(3 << 20) } as Entry;
  await openResults(directory).append([long, done(2)]);
  const { records, curve } = openResults(directory);
  expect(records.get(hash(1))?.reason).toHaveLength(3 << 20);
  expect(curve(hash(2))).toHaveLength(3);
});
