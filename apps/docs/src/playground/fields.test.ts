import { expect, test } from 'vitest';
import { modelFields, taskFields, trainingFields } from './fields.ts';
import { defaultSettings } from './settings.ts';

const keys = (fields: readonly { key: string }[]) => fields.map(({ key }) => key);

test('only what means something is asked for', () => {
  expect(keys(taskFields({ ...defaultSettings, task: 'delayedSum' }))).toEqual(['task', 'symbols', 'delay', 'window']);
  expect(keys(taskFields({ ...defaultSettings, switching: 'binomial' }))).not.toContain('switchProbability');
  expect(keys(trainingFields(defaultSettings, ['auto']))).not.toContain('momentum');
  expect(keys(trainingFields({ ...defaultSettings, optimizer: 'sgd' }, ['auto']))).toContain('momentum');
  expect(keys(modelFields('mlp'))).toEqual(['width', 'depth']);
});

test('controls know choices and limits of the schema', () => {
  expect(modelFields('transformer')).toContainEqual({
    key: 'attention',
    label: 'attention',
    choices: ['dpa', 'ea', 'cog'],
    whole: false,
  });
  expect(taskFields(defaultSettings)).toContainEqual({
    key: 'window',
    label: 'window',
    least: 2,
    most: 128,
    whole: true,
  });
  expect(trainingFields(defaultSettings, ['auto', 'simd']).at(-1)).toMatchObject({ choices: ['auto', 'simd'] });
});
