import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { switchyard, temporaryDirectory } from './run.ts';

interface Line {
  readonly tokens: number[];
  readonly rules: number[];
  readonly visible: number[];
}

const bin = fileURLToPath(new URL('../bin/switchyard.js', import.meta.url));

const checker = fileURLToPath(new URL('../../../packages/tasks/test/check_iarc.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('check_iarc.py is not run: there is no python3');

async function lines(...args: string[]): Promise<Line[]> {
  const { code, stdout, stderr } = await switchyard(['generate', ...args], temporaryDirectory());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));
}

test('prints one object a line, with control tokens 16 to 19 unpredictable', async () => {
  const sequences = await lines('iarc', '--seed', '1', '--sequences', '1000', '--window', '64', '--format', 'jsonl');
  expect(sequences).toHaveLength(1000);
  for (const { tokens, rules, visible } of sequences) {
    expect([tokens.length, rules.length, visible.length]).toEqual([65, 65, 65]);
    expect(tokens.every((token) => Number.isInteger(token) && token >= 0 && token < 20)).toBe(true);
    expect(rules.map((rule) => rule === -1)).toEqual(tokens.map((token) => token >= 16));
    expect(visible.every((flag) => flag === 0 || flag === 1)).toBe(true);
  }
});

test('a longer output begins with the shorter one, another seed is another one', async () => {
  const some = await lines('iarc', '--seed', '1', '--sequences', '300');
  expect(await lines('iarc', '--seed', '1', '--sequences', '3')).toEqual(some.slice(0, 3));
  expect(await lines('iarc', '--seed', '2', '--sequences', '3')).not.toEqual(some.slice(0, 3));
});

test('a file can say everything a flag can', async () => {
  const flags = ['--switch-probability', '0.5', '--window=8', '--sequences', '2', '--context', 'anchor'];
  expect(await lines('iarc', ...flags)).toEqual(await lines('--kind', 'iarc', ...flags));
});

test.skipIf(!hasPython)("the tasks' own checker in Python agrees with every token", () => {
  for (const context of ['pointer', 'anchor']) {
    const generate = `"${process.execPath}" "${bin}" generate iarc --seed 7 --sequences 200 --window 64 --context ${context}`;
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', `${generate} | python3 "${checker}" --context ${context}`],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'checked 13000 tokens\n', stderr: '' });
  }
});

test('a closed pipe ends it without a word', () => {
  const pipe = `"${process.execPath}" "${bin}" generate iarc --sequences 200000 | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', pipe], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('0');
});
