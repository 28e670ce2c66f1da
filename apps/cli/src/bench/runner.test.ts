import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { benchmarkRunner } from './runner.ts';

test('the runner of a repository is found where it is built; the message says what to do where it is not', () => {
  const root = mkdtempSync(join(tmpdir(), 'switchyard-bench-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  expect(() => benchmarkRunner(root)).toThrow(/not part of the npm package: run bench in a clone of the repository$/);
  mkdirSync(join(root, 'benchmarks', 'dist'), { recursive: true });
  writeFileSync(join(root, 'benchmarks', 'peer-configs.jsonl'), '');
  expect(() => benchmarkRunner(root)).toThrow(/are not built: run npx pnpm@12 -s bench there, which builds them$/);
  writeFileSync(join(root, 'benchmarks', 'dist', 'main.js'), '');
  expect(benchmarkRunner(root)).toBe(join(root, 'benchmarks', 'dist', 'main.js'));
});
