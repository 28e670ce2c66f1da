import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultModel, defaultSettings, type ModelKind, type Settings } from './settings.ts';
import { fromQuery, toQuery } from './settings-url.ts';

test('the default settings are an empty query', () => {
  expect(toQuery(defaultSettings)).toBe('');
  expect(fromQuery('')).toEqual({ settings: defaultSettings, problems: [] });
});

test('an address says what differs, readably', () => {
  const cisformer = { ...defaultModel('cisformer'), attention: 'ea', heads: 2 } as const;
  const settings: Settings = {
    ...defaultSettings,
    seed: 3,
    context: 'anchor',
    models: [cisformer, defaultModel('mlp')],
  };
  expect(toQuery(settings)).toBe('?context=anchor&seed=3&model=cisformer,attention:ea,heads:2&model=mlp');
});

test('any settings survive the address', () => {
  const kind = fc.constantFrom<ModelKind>('transformer', 'cisformer', 'lstm', 'mlp');
  const model = fc
    .tuple(kind, fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 4 }))
    .map(([name, width, depth]) => ({ ...defaultModel(name), width, depth }));
  const settings = fc
    .record({
      task: fc.constantFrom('iarc', 'delayedSum'),
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      learningRate: fc.double({ min: 1e-6, max: 10, noNaN: true }),
      optimizer: fc.constantFrom('adamw', 'adam', 'sgd'),
      sample: fc.integer({ min: 0, max: 9999 }),
      models: fc.array(model, { minLength: 1, maxLength: 3 }),
    })
    .map((changes) => ({ ...defaultSettings, ...changes }) as Settings);
  fc.assert(
    fc.property(settings, (original) => {
      expect(fromQuery(toQuery(original))).toEqual({ settings: original, problems: [] });
    }),
  );
});

test('what an address says wrongly is named and left at its default', () => {
  const { settings, problems } = fromQuery(
    '?seed=-1&window=abc&colour=red&__proto__=1&model=transformer,width:9000,depth:1&model=perceptron&batchSize=32',
  );
  expect(settings).toEqual({
    ...defaultSettings,
    batchSize: 32,
    models: [{ ...defaultModel('transformer'), depth: 1 }],
  });
  expect(problems).toEqual([
    'seed=-1',
    'window=abc',
    'colour=red',
    '__proto__=1',
    'model=transformer,width:9000',
    'model=perceptron',
  ]);
});

test('three models at most', () => {
  const { settings, problems } = fromQuery('?model=mlp&model=mlp&model=lstm&model=transformer');
  expect(settings.models.map((model) => model.kind)).toEqual(['mlp', 'mlp', 'lstm']);
  expect(problems).toEqual(['model=transformer']);
});
