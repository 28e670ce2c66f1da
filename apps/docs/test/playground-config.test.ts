import { validate } from '@switchyard/experiments/config';
import { portable, resolveRun as resolveOfCli, runKeys, runSchema } from '@switchyard/experiments/run';
import { modelSchema } from '@switchyard/models';
import { expect, test } from 'vitest';
import { resolve } from '../../cli/src/config/resolve.ts';
import { cliCommand } from '../src/playground/cli-command.ts';
import { resolveRun } from '../src/playground/resolve-run.ts';
import { runInput } from '../src/playground/run-config.ts';
import {
  defaultModel,
  defaultSettings,
  type ModelKind,
  modelSchemas,
  type Settings,
} from '../src/playground/settings.ts';

const kinds = Object.keys(modelSchemas) as ModelKind[];
const ofCli = (input: Record<string, unknown>) =>
  resolveOfCli(
    validate(runSchema, input, runKeys(runSchema), (key) => key),
    (key) => key,
  );

const examples: Settings[] = [
  defaultSettings,
  { ...defaultSettings, models: kinds.map(defaultModel) },
  {
    ...defaultSettings,
    task: 'delayedSum',
    symbols: 2,
    delay: 7,
    optimizer: 'sgd',
    momentum: 0.9,
    schedule: 'constant',
  },
  { ...defaultSettings, context: 'anchor', switching: 'binomial', loss: 'last', warmup: 20, steps: 50_000, seed: 9 },
  {
    ...defaultSettings,
    models: [
      { ...defaultModel('cisformer'), attention: 'cog', heads: 4 } as Settings['models'][number],
      {
        ...defaultModel('transformer'),
        positions: 'rotary',
        normalization: 'none',
        embedding: 'one-hot',
      } as Settings['models'][number],
    ],
  },
];
const runs = examples.flatMap((settings) => settings.models.map((_, index) => runInput(settings, index)));

test.each(runs)('the configuration is what switchyard train makes of it: %j', (input) => {
  expect(portable(resolveRun(input))).toEqual(JSON.parse(JSON.stringify(portable(ofCli(input)))));
});

test.each(runs)('the command line trains the same run: %j', async (input) => {
  const run = resolveRun(input);
  const [command, ...flags] = cliCommand(run).split('switchyard train');
  expect(command).toBe('npx pnpm@12 -s ');
  const { options, name } = await resolve(
    runSchema,
    [],
    flags.join('').trim().split(/\s+/).filter(Boolean),
    runKeys(runSchema),
  );
  expect(JSON.parse(JSON.stringify(portable(resolveOfCli(options, name))))).toEqual(portable(run));
});

test('the default run needs few flags', () => {
  expect(cliCommand(resolveRun(runInput(defaultSettings, 0)))).toBe(
    'npx pnpm@12 -s switchyard train --seed 1 --batchSize 64 --steps 3000 --optimizer.learningRate 0.003 --log.every 10',
  );
});

test.each(kinds)('the defaults of %s are those of @switchyard/models', (kind) => {
  const model = modelSchema.parse({ kind, vocabulary: 20, window: 20 });
  expect(model).toMatchObject(defaultModel(kind));
});
