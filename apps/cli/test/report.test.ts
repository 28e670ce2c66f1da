import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesIn, switchyard, temporaryDirectory } from './run.ts';

function studyIn(directory: string): void {
  mkdirSync(join(directory, 'tiny'));
  const study = {
    ...{ name: 'tiny', claim: 'Expressive attention is better.', seeds: 2, budget: { steps: 4 } },
    base: { window: 4, batchSize: 4, evaluation: { batches: 1 }, model: { width: 4, depth: 1 } },
    factors: { 'model.attention': ['dpa', 'ea'] },
    test: { comparisons: [{ a: { 'model.attention': 'ea' }, b: { 'model.attention': 'dpa' } }] },
  };
  writeFileSync(join(directory, 'tiny', 'study.yaml'), JSON.stringify(study));
}

const files = ['README.md', 'figure.svg', 'figure.png', 'figure-dark.png', 'results.csv', 'results.parquet'].map(
  (name) => join('tiny', name),
);

test('report writes README, figures and CSV of a study that was made, and the same bytes again', {
  timeout: 120_000,
}, async () => {
  const directory = temporaryDirectory();
  studyIn(directory);
  expect(await switchyard(['sweep', 'tiny', '--workers', '1'], directory)).toMatchObject({ code: 0 });
  const written = await switchyard(['report', 'tiny'], directory);
  expect(written).toMatchObject({ code: 0, stdout: files.map((file) => `${file}\n`).join('') });
  expect(written.stderr).toContain('EA vs DPA   undecided  2 seeds give');
  expect(written.stderr).toContain('4 of 4 runs are done; undecided');
  const contents = () => files.map((file) => readFileSync(join(directory, file)));
  const first = contents();
  const again = await switchyard(['report', 'tiny/study.yaml', '--json'], directory);
  expect(JSON.parse(again.stdout)).toMatchObject({ files, verdict: 'undecided', comparisons: [{ name: 'EA vs DPA' }] });
  expect(contents()).toEqual(first);
});

test('report without a finished run is one line and exit code 1, and writes nothing', async () => {
  const directory = temporaryDirectory();
  studyIn(directory);
  const before = filesIn(directory);
  const { code, stdout, stderr } = await switchyard(['report', 'tiny'], directory);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe('switchyard: tiny has no finished run to report: make some with switchyard sweep tiny\n');
  expect(filesIn(directory)).toEqual(before);
});
