import { presets } from '@switchyard/experiments/config';
import { resolveRun, runSchema } from '@switchyard/experiments/run';
import { expect, test } from 'vitest';
import { commandOf, compareSchema, comparisonName, planComparison } from './plan.ts';

const options = (values: Record<string, unknown> = {}) => compareSchema.parse(values);

test('all models see the same data for the same steps and are scored on the same targets', async () => {
  const entries = await planComparison(options({ seed: 3 }));
  expect(entries.map(({ name }) => name)).toEqual([
    'mlp',
    'lstm',
    'transformer-dpa',
    'transformer-ea',
    'transformer-cog',
    'cisformer-dpa',
    'cisformer-ea',
  ]);
  const shared = entries.map(({ run: { config } }) => ({ ...config, model: 0, optimizer: 0 }));
  for (const config of shared) expect(config).toEqual(shared[0]);
  for (const { run, name } of entries) expect(name.startsWith(run.config.model.kind)).toBe(true);
});

test('the preset quickstart is the transformer of the comparison', async () => {
  const entries = await planComparison(options());
  const transformer = entries.find(({ name }) => name === 'transformer-dpa')!;
  const { config } = resolveRun(runSchema.parse(presets.quickstart!.run), (key) => key);
  expect(config).toEqual(transformer.run.config);
});

test('the command names what differs from the defaults, and only what has a part in the results', () => {
  expect(commandOf(options())).toBe('switchyard compare');
  expect(commandOf(options({ seed: 3, jobs: 1, out: 'here', json: true }))).toBe('switchyard compare --seed 3');
  expect(commandOf(options({ budget: 'full', steps: 9, task: { context: 'anchor' } }))).toBe(
    'switchyard compare --budget full --steps 9 --task.context anchor',
  );
});

test('comparisons of different configuration have different names', async () => {
  const name = async (values: Record<string, unknown>) =>
    comparisonName('quick', await planComparison(options(values)));
  const names = await Promise.all([{}, { seed: 1 }, { window: 21 }, { task: { symbols: 8 } }].map(name));
  expect(new Set(names).size).toBe(4);
  expect(await name({ jobs: 7, json: true })).toBe(names[0]);
});
