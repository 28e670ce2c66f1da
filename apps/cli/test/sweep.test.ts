import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesIn, switchyard, temporaryDirectory } from './run.ts';

const tiny = `
name: tiny
claim: Expressive attention does at least as well.
base:
  window: 6
  batchSize: 8
  model: { width: 8, depth: 1 }
  evaluation: { every: 20, batches: 1, batchSize: 50 }
factors:
  model.attention: [dpa, ea]
seeds: 2
budget: { steps: 40 }
`;

/** A directory that holds a study. */
function withStudy(text = tiny): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'tiny'));
  writeFileSync(join(directory, 'tiny', 'study.yaml'), text);
  return directory;
}

/** The results, times aside. */
function results(directory: string): string[][] {
  const lines = readFileSync(join(directory, 'tiny', 'results.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  const cells = lines.map((line) => line.split(','));
  const skipped = ['attempts', 'seconds', 'finished'].map((name) => cells[0]!.indexOf(name));
  return cells.map((row) => row.filter((_, column) => !skipped.includes(column)));
}

test('makes all runs, says so, and does not repeat them', async () => {
  const directory = withStudy();
  const made = await switchyard(['sweep', 'tiny'], directory);
  expect(made.code).toBe(0);
  expect(made.stdout).toMatch(
    /^attention +runs +mean accuracy +lowest +highest\ndpa +2\/2 +[\d.]+ % .*\nea +2\/2 +[\d.]+ % .*\n$/,
  );
  expect(made.stderr).toMatch(/^tiny: 0 of 4 runs done\n(tiny: .*\n)+all 4 runs are done: tiny\/results\.csv\n$/);
  const files = filesIn(join(directory, 'tiny'));
  expect(files.filter((name) => !name.startsWith('runs'))).toEqual([
    'results.csv',
    'results.jsonl',
    'results.parquet',
    'study.yaml',
  ]);
  const before = results(directory);
  expect(before).toHaveLength(5);

  const again = await switchyard(['sweep', 'tiny/study.yaml', '--json'], directory);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toEqual({
    study: 'tiny',
    directory: 'tiny',
    runs: { total: 4, done: 4, failed: 0, pending: 0 },
  });
  expect(filesIn(join(directory, 'tiny'))).toEqual(files);
  expect(results(directory)).toEqual(before);
});

test('Ctrl-C saves and exits with 130; the same command goes on', async () => {
  const directory = withStudy(tiny.replace('steps: 40', 'steps: 2000'));
  const interrupted = await switchyard(['sweep', 'tiny', '--workers', '1'], directory, '1 of 4');
  expect(interrupted.code).toBe(130);
  expect(interrupted.stderr).toMatch(/interrupted: [123] of 4 runs are done; the same command goes on from there\n$/);
  expect(filesIn(join(directory, 'tiny')).filter((name) => name.endsWith('lock'))).toEqual([]);
  const resumed = await switchyard(['sweep', 'tiny'], directory);
  expect(resumed.code).toBe(0);
  const undisturbed = withStudy(tiny.replace('steps: 40', 'steps: 2000'));
  await switchyard(['sweep', 'tiny'], undisturbed);
  expect(results(directory)).toEqual(results(undisturbed));
});

test('runs that fail: the rest is made, exit code 1, the reason is kept', async () => {
  const directory = withStudy(tiny.replace('model.attention: [dpa, ea]', 'optimizer.learningRate: [0.01, 1.0e+20]'));
  const made = await switchyard(['sweep', 'tiny'], directory);
  expect(made.code).toBe(1);
  expect(made.stderr).toMatch(/failed: 100000000000000000000, seed 0: the loss is NaN at step 2/);
  expect(made.stderr).toMatch(/2 of 4 runs are done, 2 failed: tiny\/results\.csv says why\n$/);
  expect(readFileSync(join(directory, 'tiny', 'results.csv'), 'utf8')).toContain('failed,1,');
});

test.each([
  ['an unknown factor', tiny.replace('model.attention', 'model.atention'), [], 2, 'did you mean model.attention?'],
  ['an empty grid', tiny.replace('[dpa, ea]', '[]'), [], 2, 'factors.model.attention'],
  [
    'a metric that no run has',
    `${tiny}test: { comparisons: [{ a: { model.attention: ea }, than: 1, metric: accurracy }] }\n`,
    [],
    2,
    'test.comparisons[0].metric is accurracy, which no run has: did you mean accuracy?',
  ],
  [
    'no server',
    tiny,
    ['--executor', 'bullmq', '--redis', 'redis://127.0.0.1:1'],
    1,
    'cannot reach Redis at 127.0.0.1:1',
  ],
  ['no address', tiny, ['--executor', 'bullmq', '--redis', 'localhost:6379'], 2, 'redis must be an address such as'],
  ['no queue', tiny, ['--executor', 'bullmq'], 2, 'a queue needs a server'],
])('%s: one line, and nothing is written', async (_, study, options, code, message) => {
  const directory = withStudy(study);
  const refused = await switchyard(['sweep', 'tiny', ...options], directory);
  expect(refused.stderr).toMatch(/^switchyard: [^\n]*\n$/);
  expect(refused.stderr).toContain(message);
  expect(refused.code).toBe(code);
  expect(refused.stdout).toBe('');
  expect(filesIn(directory)).toEqual(['tiny', 'tiny/study.yaml']);
});

test('a worker needs a queue', async () => {
  const refused = await switchyard(['worker'], temporaryDirectory());
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/^switchyard: a queue needs a server: --redis /);
});
