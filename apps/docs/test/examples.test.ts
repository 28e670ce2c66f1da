import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { docsFolder, repositoryFolder } from '../scripts/workspaces.js';

const scratch = join(docsFolder, '.vitepress', 'cache', 'examples');
const guides = readdirSync(join(docsFolder, 'guide')).map((name) => join(docsFolder, 'guide', name));
const pages = [join(repositoryFolder, 'README.md'), join(docsFolder, 'quickstart.md'), ...guides];

const examples = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code], index) => ({
    name: `${basename(page, '.md')}-${index}`,
    code: code!.replace(/steps: \d+/, 'steps: 3'), // enough to see it run
  })),
);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test.each(examples)('the example $name runs and prints something', async ({ name, code }) => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(scratch, `${name}.ts`), code);
  await import(join(scratch, `${name}.ts`));
  if (code.includes('console.log')) expect(printed).toHaveBeenCalled();
  printed.mockRestore();
});
