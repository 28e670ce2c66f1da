import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exampleResult } from '../../test/examples.ts';
import type { Timing } from '../peers/interleave.ts';
import { documents, withStepTable } from './documents.ts';
import { readStepResult, stepResultFile, writeResult } from './files.ts';
import { judgeTargets, summarizeConfig } from './step-result.ts';
import { stepTable } from './table.ts';

test('a result is read as it was written, lists of numbers on one line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-benchmarks-'));
  const file = join(folder, 'results', 'step.json');
  writeResult(file, exampleResult());
  expect(readStepResult(file)).toEqual(exampleResult());
  expect(readFileSync(file, 'utf8')).toContain('"rounds": [1.9, 2, 2.5]');
  writeResult(file, { benchmark: 'step' });
  expect(() => readStepResult(file)).toThrow(/is no result of this version .*: run pnpm -s bench peers again$/);
  expect(readdirSync(join(folder, 'results'))).toEqual(['step.json']);
  rmSync(folder, { recursive: true });
});

test('the block of a document is replaced, the rest stays', () => {
  const document = '# Title\n\n<!-- bench step -->\nold\n<!-- end -->\n\nRest.\n';
  const replaced = withStepTable(document, exampleResult());
  expect(replaced).toMatch(/^# Title\n\n<!-- bench step -->\n\n\| training step/);
  expect(replaced).toContain(stepTable(exampleResult()));
  expect(replaced).toMatch(/\n\n<!-- end -->\n\nRest\.\n$/);
  expect(withStepTable(replaced, exampleResult())).toBe(replaced);
  expect(() => withStepTable('# Title', exampleResult())).toThrow(/<!-- bench step -->/);
});

// The results are written by `pnpm -s bench peers` on a quiet machine.
const measured = test.skipIf(!existsSync(stepResultFile));

measured('medians, ratios and targets of the result file follow from its rounds', () => {
  const { configs, targets } = readStepResult();
  const again = configs.map(({ config, measurements, skipped }) => {
    const timings = new Map<string, Timing>(Object.entries(measurements));
    for (const [name, reason] of Object.entries(skipped)) timings.set(name, { skipped: reason });
    return summarizeConfig(config, timings);
  });
  expect(configs).toEqual(again);
  expect(targets).toEqual(judgeTargets(configs));
});

measured.each(documents.map((file) => fileURLToPath(file)))(
  '%s shows the result file: pnpm -s bench tables',
  (path) => {
    const document = readFileSync(path, 'utf8');
    expect(document).toBe(withStepTable(document, readStepResult()));
  },
);
