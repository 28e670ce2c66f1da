import { describe, expect, test } from 'vitest';
import { switchyard, temporaryDirectory } from './run.ts';

const commands = ['train', 'evaluate', 'compare', 'sample', 'inspect', 'export', 'generate', 'bench', 'backends'];

test('--help lists the commands and fits 80 columns', async () => {
  const { code, stdout, stderr } = await switchyard(['--help'], temporaryDirectory());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

describe.each(commands)('%s --help', (command) => {
  test('says usage and keys in 80 columns, and does nothing', async () => {
    const { code, stdout, stderr } = await switchyard([command, '--help'], temporaryDirectory());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage  switchyard ${command}`);
    expect(stdout).toContain('--config <text>');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

test('--version prints the version', async () => {
  expect((await switchyard(['--version'], temporaryDirectory())).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
