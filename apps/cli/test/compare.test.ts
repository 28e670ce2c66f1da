import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Comparison } from '../src/report/comparison.ts';
import { filesIn, switchyard, temporaryDirectory } from './run.ts';

const tiny = ['compare', '--steps', '2', '--window', '6', '--batchSize', '8'];
const names = ['mlp', 'lstm', 'transformer-dpa', 'transformer-ea', 'transformer-cog', 'cisformer-dpa', 'cisformer-ea'];
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

/** What is measured, timings aside. */
function measured(comparison: Comparison): unknown {
  return { ...comparison, models: comparison.models.map((model) => ({ ...model, seconds: 0 })) };
}

test('trains seven models, prints their table, writes the report; again, nothing is repeated', async () => {
  const directory = temporaryDirectory();
  const first = await switchyard([...tiny, '--out', 'all'], directory);
  expect(first.code).toBe(0);
  const lines = first.stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^accuracy in % +all increment addition reverse context visible weights +time$/);
  expect(lines).toHaveLength(8);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(first.stderr).toMatch(/report: file:\/\/\S*\/all\/report\.html\n$/);
  expect(filesIn(join(directory, 'all')).filter((path) => !path.includes('/'))).toEqual(
    [...names, 'comparison.csv', 'comparison.json', 'report.html'].sort(),
  );

  const comparison: Comparison = JSON.parse(read(directory, 'all', 'comparison.json'));
  expect(comparison.models.map((model) => model.name)).toEqual(names);
  expect(new Set(comparison.models.map((model) => model.curve.length)).size).toBe(1);
  const perRule = Object.values(comparison.targetsPerRule).reduce((sum, targets) => sum + targets.count, 0);
  expect(perRule).toBe(comparison.targets.count);
  expect(read(directory, 'all', 'comparison.csv').trimEnd().split('\n')).toHaveLength(8);
  const report = read(directory, 'all', 'report.html').replaceAll('xmlns="http://www.w3.org/2000/svg"', '');
  expect(report).not.toMatch(/https?:|<script|<link|src=|href=/);

  const checkpoint = join(directory, 'all', 'lstm', 'checkpoints', 'step-2.safetensors');
  const written = statSync(checkpoint).mtimeMs;
  const second = await switchyard([...tiny, '--out', 'all', '--jobs', '1', '--json'], directory);
  expect(second.code).toBe(0);
  expect(measured(JSON.parse(second.stdout))).toEqual(measured(comparison));
  expect(statSync(checkpoint).mtimeMs).toBe(written);

  const other = await switchyard([...tiny, '--out', 'all', '--seed', '5'], directory);
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/belongs to a run with another configuration \(seed: 0 there, 5 here/);
}, 180_000);

test('results do not depend on how many models train at a time; an interrupted comparison resumes', async () => {
  const directory = temporaryDirectory();
  const longer = ['compare', '--steps', '20', '--window', '6', '--batchSize', '8'];
  const interrupted = await switchyard(
    [...longer, '--jobs', '3', '--out', 'parts'],
    directory,
    'transformer-dpa: step 1:',
  );
  expect(interrupted.code).toBe(130);
  expect(interrupted.stderr).toMatch(
    /interrupted: parts is saved \(\d of 7 models are done\); the same command resumes\n$/,
  );
  const resumed = await switchyard([...longer, '--jobs', '3', '--out', 'parts', '--json'], directory);
  expect(resumed.code).toBe(0);
  const whole = await switchyard([...longer, '--jobs', '1', '--out', 'whole', '--json'], directory);
  expect(measured(JSON.parse(resumed.stdout))).toEqual(measured(JSON.parse(whole.stdout)));
}, 180_000);
