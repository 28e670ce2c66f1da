import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { finishedRun } from '../../test/finished-run.ts';
import { studyOf } from '../../test/temporary.ts';
import { openResults } from '../store/results-file.ts';
import type { Study } from '../study/load-study.ts';
import { planCells } from '../study/plan.ts';
import { writeReport } from './write-report.ts';

const names = ['README.md', 'figure-dark.png', 'figure.png', 'figure.svg', 'results.csv', 'results.parquet'];

/** Writes down results of the first runs of a study, in reverse order. */
async function finish(study: Study, runs: number): Promise<void> {
  const planned = planCells(study).flatMap((cell) => cell.finals(undefined));
  const entries = planned.slice(0, runs).map(({ runHash, factors, seed }, index) => ({
    ...{ runHash, factors: { ...factors }, seed, status: 'done' as const },
    result: { ...finishedRun(0.3 + index / 20, 3), machine: 'a machine', finished: '2026-11-22T10:00:00.000Z' },
  }));
  await openResults(study.directory).append(entries.reverse());
}

const contents = (directory: string) => names.map((name) => readFileSync(join(directory, name)));

test('six files, the same bytes every time, nothing else', async () => {
  const study = await studyOf({ test: { comparisons: [{ a: { 'model.width': 8 }, b: { 'model.width': 4 } }] } });
  await finish(study, 4);
  writeFileSync(join(study.directory, 'notes.md'), '## Notes\n\nBy hand.\n');
  const before = readdirSync(study.directory);
  const written = await writeReport(study.path);
  expect(written).toMatchObject({ study: 'test', runs: { total: 4, done: 4 }, problems: [], verdict: 'undecided' });
  expect(written.files).toEqual(expect.arrayContaining(names.map((name) => join(study.directory, name))));
  expect(readdirSync(study.directory).sort()).toEqual([...before, ...names].sort());
  const first = contents(study.directory);
  await writeReport(study.directory);
  expect(contents(study.directory)).toEqual(first);
  const readme = first[0]!.toString();
  expect(readme).toContain('\n## Notes\n\nBy hand.\n\n');
  expect(readme).toContain('- Machine: a machine.\n- Date of the runs: 2026-11-22.\n');
});

test('what is missing is said in the report and to the caller', async () => {
  const study = await studyOf({});
  await finish(study, 3);
  const other = await studyOf({ base: { window: 4 } });
  const stranger = planCells(other)[0]!.finals(undefined)[0]!;
  const result = finishedRun(0.5);
  await openResults(study.directory).append([{ ...stranger, factors: {}, status: 'done', result }]);
  const { problems, verdict } = await writeReport(study.path);
  expect(problems).toEqual([
    'width 8: no run yet for seed 1',
    'results.jsonl holds 1 run of other configurations, which are left out',
  ]);
  expect(verdict).toBeUndefined();
  expect(readFileSync(join(study.directory, 'README.md'), 'utf8')).toContain(
    '## Missing\n\n- width 8: no run yet for seed 1\n',
  );
});

test('a study without a finished run is refused, and nothing is written', async () => {
  const study = await studyOf({});
  const before = readdirSync(study.directory);
  await expect(writeReport(study.path)).rejects.toThrow(
    'has no finished run to report: make some with switchyard sweep',
  );
  expect(readdirSync(study.directory)).toEqual(before);
});

test('a file that cannot be written is named, and leaves nothing behind', async () => {
  const study = await studyOf({});
  await finish(study, 4);
  mkdirSync(join(study.directory, 'README.md'));
  const before = readdirSync(study.directory);
  await expect(writeReport(study.path)).rejects.toThrow(/cannot write .*README.md: EISDIR/);
  expect(readdirSync(study.directory)).toEqual(before);
});
