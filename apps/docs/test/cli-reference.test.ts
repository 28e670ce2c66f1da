import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '@switchyard/cli/commands';
import { runKeys, runSchema } from '@switchyard/experiments/run';
import { expect, test } from 'vitest';
import { parseArguments } from '../../cli/src/config/flags.ts';
import { cliPage, configPage, loadCommands } from '../scripts/cli-reference.js';
import { docsFolder, repositoryFolder } from '../scripts/workspaces.js';

const loaded = await loadCommands(commands);

test('the pages name every command with every key, its default and its meaning', () => {
  const page = cliPage(loaded);
  for (const { name, summary, keys } of loaded) {
    const section = page.split(`\n## ${name}\n`)[1]!.split('\n## ')[0]!;
    expect(section).toContain(summary);
    for (const { path } of keys) expect(section).toContain(`| \`--${path}\` |`);
  }
  const config = configPage(runKeys(runSchema));
  for (const { path, default: fallback } of runKeys(runSchema)) {
    const row = config.split('\n').find((line) => line.startsWith(`| \`${path}\` |`));
    expect(row).toContain(fallback === '' ? '|' : `\`${fallback}\``);
  }
  expect(config).toContain('| `log.every` | whole number | `50` | steps between logged steps |');
});

/** Command lines of a page, those that go on after a backslash in one piece. */
function commandLines(page: string): string[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
  return blocks
    .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => /(?:^|\s)switchyard ([a-z][^#|>&]*)/.exec(line)?.[1]?.trim() ?? []);
}

/** The words of a command line; what stands in double quotes is part of one. */
const shellWords = (line: string): string[] =>
  (line.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ''));

const guides = readdirSync(join(docsFolder, 'guide')).map((name) => join(docsFolder, 'guide', name));
const readme = (folder: string) => join(repositoryFolder, folder, 'README.md');
const pages = [
  readme('.'),
  readme('apps/cli'),
  readme('packages/experiments'),
  join(docsFolder, 'quickstart.md'),
  ...guides,
];

test.each(pages.flatMap((page) => commandLines(page).map((line) => [line, page])))(
  'written by hand, and a command line as the schemas have it: switchyard %s',
  async (line) => {
    const [name = '', ...words] = shellWords(line);
    const command = loaded.find((candidate) => candidate.name === name);
    expect(command, `no command ${name}`).toBeTruthy();
    const known = [...command!.keys.map(({ path }: { path: string }) => path), 'config', 'help', 'json'];
    const { paths, positionals } = await parseArguments(words, command!.keys);
    expect(
      [...paths].filter((path) => !known.includes(path) && !known.some((key) => key.startsWith(`${path}.`))),
    ).toEqual([]);
    expect(positionals.length).toBeLessThanOrEqual(command!.positionals.length);
  },
);
