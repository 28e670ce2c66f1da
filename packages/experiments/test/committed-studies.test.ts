import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { writeReport } from '../src/report/write-report.ts';
import { temporaryDirectory } from './temporary.ts';

// The reports of the repository's studies follow from their results, byte for byte.

const root = fileURLToPath(new URL('../../../studies', import.meta.url));
const sources = ['study.yaml', 'results.jsonl', 'notes.md'];
const made = readdirSync(root).filter((name) => existsSync(join(root, name, 'results.jsonl')));

test.each(made)('the report of studies/%s is what its results give', { timeout: 60_000 }, async (name) => {
  const copy = join(temporaryDirectory(), 'studies', name);
  mkdirSync(copy, { recursive: true });
  for (const file of sources)
    if (existsSync(join(root, name, file))) copyFileSync(join(root, name, file), join(copy, file));
  const { files, problems } = await writeReport(copy);
  expect(problems).toEqual([]);
  const changed = files.filter(
    (file) => !readFileSync(file).equals(readFileSync(join(root, name, relative(copy, file)))),
  );
  expect(changed).toEqual([]);
});
