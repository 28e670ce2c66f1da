import { expect, test } from 'vitest';
import { portable } from '../run/portable.ts';
import { resolveRun } from '../run/run.ts';
import { runSchema } from '../run/run-schema.ts';
import { runHash } from './run-hash.ts';

const configOf = (values: object) => portable(resolveRun(runSchema.parse(values), (key) => key));

// Results are found by these hashes: when they change, every study that was ever made counts as not made. If a key was added
// whose default changes nothing, name it in `addedLater` of run-hash.ts. If runs with these configurations really compute
// something else now, write down the new hashes, and say so in the changeset.
test.each([
  [{ model: { kind: 'transformer' } }, 'c1b650a03bc950bec4640c572811f69eb30ffeeb401cd7ab88c0a8703dded4dd'],
  [
    { model: { kind: 'cisformer', attention: 'ea' } },
    'b193f7a474b45e311964ae1954db5b1b4016d93a30a47c056e2a84389b2654ec',
  ],
  [{ model: { kind: 'lstm' } }, 'f1e85c5f9ff77763292c59e03b85fe439167123ed9037970cebbf7d659e7222a'],
  [
    { model: { kind: 'mlp' }, task: { kind: 'delayedSum' }, optimizer: { kind: 'sgd' } },
    '343e1fd22ce852a106653cdbd391e921cf4b6173f40e6d2de7256877fd56bd53',
  ],
  [
    { model: { kind: 'uvit' }, task: { kind: 'images' } },
    '4b755eeec3e99d8d12343fcecdf9ea789e66cb42799a8704ba64d959ac81fa3a',
  ],
])('the hash of %j', (values, hash) => {
  expect(runHash(configOf(values), undefined)).toBe(hash);
});

test('a key at the value that changes nothing does not count, at any other it does', () => {
  const config = configOf({ model: { kind: 'transformer', dropout: 0 } });
  const { dropout: _, ...model } = config.model as { dropout: number };
  const hash = runHash(config, undefined);
  expect(runHash({ ...config, model }, undefined)).toBe(hash);
  expect(runHash({ ...config, model: { ...model, dropout: 0.1 } }, undefined)).not.toBe(hash);
});

test('the order of keys does not count; where a run stops does', () => {
  const config = configOf({});
  const reversed = Object.fromEntries(Object.entries(config).reverse());
  expect(runHash(reversed, undefined)).toBe(runHash(config, undefined));
  expect(runHash(config, 0.9)).not.toBe(runHash(config, undefined));
});
