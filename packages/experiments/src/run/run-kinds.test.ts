import { describe, expect, test } from 'vitest';
import { validate } from '../config/validate.ts';
import type { Values } from '../config/values.ts';
import { metricNames } from '../study/metric.ts';
import { earliestConfig, upgradeConfig } from './earlier-config.ts';
import { portable } from './portable.ts';
import { resolveRun } from './run.ts';
import { runKindOf, runKinds } from './run-kinds.ts';
import { runKeys, runSchema } from './run-schema.ts';

const keys = runKeys(runSchema);
const resolve = (values: Values) =>
  resolveRun(
    validate(runSchema, values, keys, (key) => key),
    (key) => `--${key}`,
  );

const onImages = { task: { kind: 'images' }, model: { kind: 'uvit' } };
const scores = {
  ...{ loss: 1, accuracy: 0.5, accuracyPerRule: {}, chance: 0.1, targets: 10 },
  ...{ visibleAccuracy: null, visibleAccuracyPerRule: {}, visibleShare: 0 },
};

test('text and images have a kind of run of their own; all other tasks share one', () => {
  expect(['iarc', 'findZero', 'text', 'images'].map(runKindOf)).toEqual(['sequences', 'sequences', 'text', 'images']);
});

test.each([
  [{}, { kind: 'sequences', config: { window: 20, loss: 'all', evaluation: { positions: 'last' } } }],
  [{ task: { kind: 'text' } }, { kind: 'text', config: { window: 20, loss: 'all', evaluation: { positions: 'all' } } }],
])('the defaults of %j are those of its kind, and give way', (values, expected) => {
  expect(resolve(values)).toMatchObject(expected);
  const chosen = { window: 7, loss: 'last', evaluation: { positions: 'last' } };
  expect(resolve({ ...values, ...chosen })).toMatchObject({ config: chosen });
});

describe('a run on images', () => {
  test('has no key of sequences', () => {
    const { config } = resolve(onImages);
    expect(Object.keys(config).filter((key) => key === 'window' || key === 'loss')).toEqual([]);
    expect(Object.keys(config.evaluation)).toEqual(['every', 'batches', 'batchSize', 'seed']);
  });

  test.each([
    [{ window: 20 }, '--window is 20, but runs on images have no such key: leave it out'],
    [{ loss: 'all' }, '--loss is all, but runs on images have no such key: leave it out'],
    [
      { evaluation: { positions: 'last' } },
      '--evaluation.positions is last, but runs on images have no such key: leave it out',
    ],
  ])('refuses %j', (values, message) => expect(() => resolve({ ...onImages, ...values })).toThrow(message));

  test('that an earlier version wrote down, with these keys, is the same run', () => {
    const config = portable(resolve(onImages));
    const earlier = earliestConfig(config);
    expect(earlier).toMatchObject({ window: 20, loss: 'all', evaluation: { positions: 'last', batches: 10 } });
    expect(upgradeConfig(earlier)).toEqual(config);
    const sequences = portable(resolve({}));
    expect([earliestConfig(sequences), upgradeConfig(sequences)]).toEqual([sequences, sequences]);
  });
});

test('the best checkpoint is the most accurate, of text that of fewest bits, of images the nearest', () => {
  const goodness = (kind: keyof typeof runKinds, measures = {}) => runKinds[kind].goodness({ ...scores, measures });
  expect(goodness('sequences')).toBe(0.5);
  expect(goodness('text', { bitsPerByte: 2 })).toBeGreaterThan(goodness('text', { bitsPerByte: 2.1 }));
  expect(goodness('images', { frechetDistance: 3 })).toBeGreaterThan(goodness('images', { frechetDistance: 4 }));
  expect([goodness('text'), goodness('images')]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});

test('the metrics of a run are those of its kind', () => {
  const digits = Array.from({ length: 10 }, (_, digit) => `accuracy.${digit}`);
  expect(metricNames(resolve(onImages))).toEqual(['loss', 'accuracy', ...digits, 'frechetDistance']);
  expect(metricNames(resolve({ task: { kind: 'text' } }))).toEqual(
    expect.arrayContaining(['loss', 'accuracy', 'visibleAccuracy', 'perplexity', 'bitsPerByte']),
  );
});
