import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { stringify } from 'yaml';
import { loadStudy, type Study } from '../src/study/load-study.ts';

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** An empty directory that is removed after the tests of a file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-experiments-'));
  made.push(directory);
  return directory;
}

/** A study in a directory of its own; what is not given is made up. */
export function studyOf(values: Readonly<Record<string, unknown>>): Promise<Study> {
  const directory = join(temporaryDirectory(), 'study');
  mkdirSync(directory);
  const study = { name: 'test', claim: 'It works.', factors: { 'model.width': [4, 8] }, seeds: 2, ...values };
  writeFileSync(join(directory, 'study.yaml'), stringify(study));
  return loadStudy(directory);
}
