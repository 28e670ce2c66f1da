import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { loadStudy, type Study } from '../src/study/load-study.ts';

/** An empty directory that is removed after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-experiments-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
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
