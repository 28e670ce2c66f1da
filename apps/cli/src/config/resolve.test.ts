import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaKeys } from '@switchyard/experiments/config';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isUsageError } from '../errors.ts';
import { resolve } from './resolve.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchyard-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

function yaml(text: string): string {
  const path = join(directory, 'run.yaml');
  writeFileSync(path, text);
  return path;
}

const schema = z.strictObject({
  task: z.enum(['iarc', 'delayedSum']).default('iarc'),
  steps: z.int().min(1).default(100),
  rate: z.number().positive().default(0.1),
  quiet: z.boolean().default(false),
  out: z.string().optional(),
  model: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('lstm'), width: z.int().min(1).default(32) }),
      z.strictObject({ kind: z.literal('mlp'), width: z.int().min(1).default(256), feedForward: z.int().optional() }),
    ])
    .prefault({ kind: 'lstm' }),
});

const options = async (...argv: string[]) => (await resolve(schema, ['task'], argv)).options;
async function message(...argv: string[]): Promise<string> {
  try {
    await options(...argv);
  } catch (error) {
    if (isUsageError(error)) return (error as Error).message;
    throw error;
  }
  throw new Error('resolved, though it should not have');
}

describe('precedence', () => {
  test('defaults < file < flags', async () => {
    const path = yaml('steps: 7\nrate: 0.5\nmodel: { kind: mlp }');
    expect(await options('--config', path, '--rate', '1e-3')).toEqual({
      task: 'iarc',
      steps: 7,
      rate: 1e-3,
      quiet: false,
      model: { kind: 'mlp', width: 256 },
    });
  });

  test('a section may be given in part: its kind is then the default', async () => {
    expect((await options('--model.width', '8')).model).toEqual({ kind: 'lstm', width: 8 });
  });

  test('a positional is its key', async () => {
    expect(await options('delayedSum')).toEqual(await options('--task', 'delayedSum'));
  });
});

describe('presets', () => {
  const presets = {
    wide: { summary: 'a wide multilayer perceptron', run: { steps: 9, rate: 0.3, model: { kind: 'mlp', width: 512 } } },
    odd: { summary: 'one that does not fit', run: { steps: 0 } },
  };
  const withPreset = z.strictObject({ ...schema.shape, preset: z.enum(['wide', 'odd']).optional() });
  const keys = schemaKeys(withPreset);
  const resolved = async (...argv: string[]) => (await resolve(withPreset, ['task'], argv, keys, presets)).options;

  test('defaults < preset < file < flags, wherever the preset is named', async () => {
    const path = yaml('preset: wide\nrate: 0.5\n');
    const expected = { preset: 'wide', steps: 7, rate: 0.5, quiet: false, model: { kind: 'mlp', width: 512 } };
    expect(await resolved('--config', path, '--steps', '7')).toEqual({ task: 'iarc', ...expected });
    expect(await resolved('--preset', 'wide', '--rate=0.5', '--steps=7')).toEqual({ task: 'iarc', ...expected });
    expect((await resolved('--config', path, '--preset', 'wide', '--rate', '0.25')).rate).toBe(0.25);
  });

  test('a section of another kind replaces that of the preset', async () => {
    expect((await resolved('--preset', 'wide', '--model.kind', 'lstm')).model).toEqual({ kind: 'lstm', width: 32 });
  });

  test.each([
    [['--preset', 'wde'], '--preset is "wde": it must be one of wide, odd: did you mean wide?'],
    [['--preset', 'constructor'], '--preset is "constructor": it must be one of wide, odd'],
    [['--preset', 'odd'], 'preset odd: steps is 0: it must be at least 1'],
    [['--preset', 'odd', '--steps', '-1'], '--steps is -1: it must be at least 1'],
    [['--preset', 'wide', '--model.heads', '2'], 'unknown key --model.heads: its keys are kind, width, feedForward'],
  ])('%j', async (argv, expected) => {
    await expect(resolved(...argv)).rejects.toThrow(expected);
  });

  test('a command without presets does not know the key', async () => {
    expect(await message('--preset', 'wide')).toBe('unknown key --preset: --help lists the keys');
  });
});

describe('flags', () => {
  test('take --key value and --key=value, in camel or kebab case', async () => {
    const expected = await options('--model.kind', 'mlp', '--model.feedForward', '64');
    expect(await options('--model.kind=mlp', '--model.feed-forward=64')).toEqual(expected);
    expect(await options('--config', yaml('model: { kind: mlp, feed-forward: 64 }'))).toEqual(expected);
  });

  test('keep text that looks like a number as text where the key is text', async () => {
    expect((await options('--out', '007')).out).toBe('007');
  });

  test('a boolean stands alone or takes true or false', async () => {
    expect((await options('--quiet')).quiet).toBe(true);
    expect((await options('--quiet', 'false')).quiet).toBe(false);
    expect(await options('--quiet', 'delayedSum')).toMatchObject({ quiet: true, task: 'delayedSum' });
  });

  test('a section can be given whole, as YAML', async () => {
    expect((await options('--model', '{ kind: mlp, width: 4 }')).model).toEqual({ kind: 'mlp', width: 4 });
  });
});

describe('what is wrong is said in one line', () => {
  test.each([
    [['--steps', '0'], '--steps is 0: it must be at least 1'],
    [['--rate', '-1'], '--rate is -1: it must be greater than 0'],
    [['--rate', 'fast'], '--rate is "fast": it must be a number'],
    [['--steps=1.5'], '--steps is 1.5: it must be a whole number'],
    [['--steps'], '--steps needs a value, as in --steps <integer>'],
    [['--setps', '3'], 'unknown key --setps: did you mean steps?'],
    [['--width', '3'], 'unknown key --width: did you mean model.width?'],
    [['--model.widht', '3'], 'unknown key --model.widht: did you mean model.width?'],
    [['--model.feedForward', '3'], 'unknown key --model.feedForward: its keys are kind, width'],
    [['--model.kind', 'mpl'], '--model.kind is "mpl": it must be one of lstm, mlp: did you mean mlp?'],
    [['--model', 'mlp'], '--model is "mlp": it must be a map'],
    [['iacr'], 'task is "iacr": it must be one of iarc, delayedSum: did you mean iarc?'],
    [['iarc', 'more'], 'unexpected argument more: flags are written --key value'],
    [['--__proto__.steps', '3'], 'unknown key --__proto__: --help lists the keys'],
    [['--config', '/nowhere.yaml'], 'cannot read /nowhere.yaml: there is no such file'],
  ])('%j', async (argv, expected) => {
    expect(await message(...argv)).toBe(expected);
  });

  test('names the file a key came from', async () => {
    const path = yaml('steps: 0');
    expect(await message('--config', path)).toBe(`${path}: steps is 0: it must be at least 1`);
    expect(await message('--config', path, '--steps', '-3')).toBe('--steps is -3: it must be at least 1');
  });

  test('a YAML syntax error has its line and column', async () => {
    const path = yaml('steps: 3\nmodel: {kind: mlp\nrate: 1\n');
    expect(await message('--config', path)).toMatch(new RegExp(`^${path}:\\d+:\\d+: not valid YAML: .+$`));
    const twice = yaml('steps: 3\nrate: 1\nsteps: 4\n');
    expect(await message('--config', twice)).toBe(`${twice}:3:1: not valid YAML: Map keys must be unique`);
  });

  test('a file that is not a map', async () => {
    const path = yaml('- steps\n');
    expect(await message('--config', path)).toBe(`${path}: expected a map of keys and values, as in "steps: 1000"`);
  });
});

test('keys carry type, default and the kinds they exist under', async () => {
  const keys = Object.fromEntries(schemaKeys(schema).map((key) => [key.path, key]));
  expect(Object.keys(keys)).toEqual([
    'task',
    'steps',
    'rate',
    'quiet',
    'out',
    'model.kind',
    'model.width',
    'model.feedForward',
  ]);
  expect(keys['model.kind']).toMatchObject({ choices: ['lstm', 'mlp'], default: 'lstm', kinds: [] });
  expect(keys['model.width']).toMatchObject({ type: 'integer', default: '32 (mlp 256)', kinds: [] });
  expect(keys['model.feedForward']).toMatchObject({ kinds: ['mlp'] });
});

test('what a key says under one kind and not under another is told with the kind; literal numbers are choices', () => {
  const paint = z.strictObject({ kind: z.literal('paint'), size: z.int().describe('of the brush'), same: z.int() });
  const write = z.strictObject({ kind: z.literal('write'), size: z.int().describe('of the pen'), same: z.int() });
  const depth = z.union([z.literal(1), z.literal(3)]);
  const art = z.discriminatedUnion('kind', [paint, write]).describe('what is made');
  const keys = Object.fromEntries(schemaKeys(z.strictObject({ depth, art })).map((key) => [key.path, key]));
  expect(keys['art.kind']!.description).toBe('what is made');
  expect(keys['art.size']!.description).toBe('paint: of the brush; write: of the pen');
  expect(keys['art.same']!.description).toBe('');
  expect(keys.depth!.choices).toEqual(['1', '3']);
});
