import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryFolder } from '../scripts/workspaces.js';

const folders = /^(apps|packages|benchmarks|fixtures|test|tooling|\.ci)\//;

/** Paths of the repository that a document links to or names in code, but for those with a placeholder such as <task>. */
function paths(document: string): string[] {
  const text = readFileSync(join(repositoryFolder, document), 'utf8');
  const links = [...text.matchAll(/\]\(([^):\s]+)\)/g)].map((match) => match[1]!);
  const named = [...text.matchAll(/`([^`\s]+)`/g)].map((match) => match[1]!).filter((name) => folders.test(name));
  return [...new Set([...links, ...named])].filter((path) => !path.includes('<'));
}

test.each(['README.md', 'CONTRIBUTING.md'])('%s names only files that exist', (document) => {
  expect(paths(document).length).toBeGreaterThan(5);
  expect(paths(document).filter((path) => !existsSync(join(repositoryFolder, path)))).toEqual([]);
});
