import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigKey, nest, schemaKeys } from '@switchyard/experiments/config';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Command } from '../command.ts';
import { command as bench } from '../commands/bench.ts';
import { command as compare } from '../commands/compare.ts';
import { command as evaluate } from '../commands/evaluate.ts';
import { command as exportCommand } from '../commands/export.ts';
import { command as generate } from '../commands/generate.ts';
import { command as inspect } from '../commands/inspect.ts';
import { command as sample } from '../commands/sample.ts';
import { command as train } from '../commands/train.ts';
import { resolve } from './resolve.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchyard-equivalence-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Some value that fits the type of a key; whether the schema takes it does not matter here. */
function someValue(key: ConfigKey): fc.Arbitrary<unknown> {
  if (key.choices.length > 0) return fc.constantFrom(...key.choices);
  switch (key.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: 1, max: 64 });
    case 'number':
      return fc.double({ min: 1e-6, max: 1, noNaN: true });
    case 'list':
      return fc.constant([{ kind: 'iarc', symbols: 8 }, { kind: 'delayedSum' }]);
    case 'value':
      return fc.constantFrom('latest', 'a.safetensors', 3);
    default:
      return fc.constantFrom('007', 'true', 'latest', '1e3', 'a name', '{', 'null');
  }
}

const asFlag = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const kebab = (path: string) => path.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What a command makes of its arguments: the options, or the complaint with the way the key was written taken out. */
async function outcome(command: Command, keys: readonly ConfigKey[], argv: readonly string[]): Promise<unknown> {
  try {
    return (await resolve(command.schema, command.positionals, argv, keys, command.presets)).options;
  } catch (error) {
    return (error as Error).message.replace(/(?:--|\S*\.yaml: )(?=[\w.]+)/, '');
  }
}

describe.each([
  ['train', train],
  ['evaluate', evaluate],
  ['compare', compare],
  ['generate', generate],
  ['inspect', inspect],
  ['sample', sample],
  ['export', exportCommand],
  ['bench', bench],
])('%s', (name, command) => {
  const keys = command.keys ?? schemaKeys(command.schema);

  test('every flag is a key of the file and every key is a flag, in both spellings', async () => {
    const choice = fc
      .subarray([...keys], { minLength: 1, maxLength: Math.min(6, keys.length) })
      .chain((chosen) => fc.tuple(...chosen.map((key) => fc.tuple(fc.constant(key.path), someValue(key)))));
    await fc.assert(
      fc.asyncProperty(choice, async (entries) => {
        const file = join(directory, `${name}.yaml`);
        writeFileSync(file, stringify(nest(entries)));
        const fromFile = await outcome(command, keys, ['--config', file]);
        const separate = entries.flatMap(([path, value]) => [`--${path}`, asFlag(value)]);
        expect(await outcome(command, keys, separate)).toEqual(fromFile);
        const joined = entries.map(([path, value]) => `--${kebab(path)}=${asFlag(value)}`);
        expect(await outcome(command, keys, joined)).toEqual(fromFile);
      }),
      { numRuns: 60 },
    );
  });

  test('the examples of its help resolve', async () => {
    for (const example of command.examples) {
      const [first, ...argv] = example.split(' ').filter((word) => !word.startsWith('--config') && word !== 'run.yaml');
      expect(first).toBe(name);
      await resolve(command.schema, command.positionals, argv, keys, command.presets);
    }
  });

  test('every key has a type and a name of its own', () => {
    expect(new Set(keys.map((key) => key.path)).size).toBe(keys.length);
    for (const key of keys) expect(key.path).toMatch(/^[a-zA-Z]+(\.[a-zA-Z0-9]+)*$/);
  });
});
