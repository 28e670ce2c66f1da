import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { cisformer, lstm, mlp, parameterCount, parseModelConfig, transformer, uvit } from './create-model.ts';
import { ModelError } from './errors.ts';
import { modelConfig } from './model-config.ts';
import type { ModelInput } from './registry.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const images = { kind: 'uvit', image: 28, channels: 1 } as const;
const base = { kind: 'transformer', vocabulary: 20, window: 16 } as const;

test('defaults are filled in, and a complete config stays as it is', () => {
  const config = parseModelConfig({ ...base, width: 8 });
  expect(config).toEqual({
    ...base,
    width: 8,
    depth: 2,
    heads: 1,
    feedForward: 32,
    attention: 'dpa',
    positions: 'learned',
    normalization: 'layer',
    normalizeWeights: true,
    dropout: 0,
    embedding: 'learned',
    seed: 0,
  });
  expect(parseModelConfig(config)).toEqual(config);
  const cisformer = parseModelConfig({ ...base, kind: 'cisformer', positionWise: { output: false } });
  expect(cisformer).toMatchObject({
    positionWise: { projections: true, output: false, feedForward: true, normalization: true },
  });
  expect(parseModelConfig({ ...base, kind: 'lstm' })).toMatchObject({ width: 96, depth: 1, embedding: 'learned' });
  expect(parseModelConfig({ kind: 'uvit', image: 28, channels: 1, classes: 10 })).toEqual({
    ...{ kind: 'uvit', image: 28, channels: 1, classes: 10, contextTokens: 0, contextWidth: 0 },
    ...{ patch: 4, width: 128, depth: 5, heads: 4, feedForward: 512, attention: 'cog', seed: 0 },
  });
  expect(parseModelConfig({ ...base, kind: 'mlp' })).toEqual({ ...base, kind: 'mlp', width: 256, depth: 2, seed: 0 });
});

test('every kind has a function of its own', () => {
  const sizes = { vocabulary: 3, window: 4, width: 2 };
  expect(modelConfig(transformer(sizes))).toEqual(parseModelConfig({ kind: 'transformer', ...sizes }));
  expect(modelConfig(cisformer(sizes))).toEqual(parseModelConfig({ kind: 'cisformer', ...sizes }));
  expect(modelConfig(lstm(sizes))).toEqual(parseModelConfig({ kind: 'lstm', ...sizes }));
  expect(modelConfig(mlp(sizes))).toEqual(parseModelConfig({ kind: 'mlp', ...sizes }));
  const small = { image: 4, channels: 1, patch: 2, width: 4, depth: 1 };
  expect(modelConfig(uvit(small))).toEqual(parseModelConfig({ kind: 'uvit', ...small }));
});

test('a model from elsewhere carries no config', () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })], name: 'foreign' });
  const message = `Model 'foreign' carries no Switchyard config (version 1): pass a model made by createModel`;
  expect(() => modelConfig(model)).toThrow(new ModelError('SWITCHYARD_MODEL_UNKNOWN', message));
});

test.each<[object | undefined, string]>([
  [
    { ...base, kind: 'transfromer' },
    `kind must be one of transformer, cisformer, lstm, mlp, cogformer, uvit, received "transfromer" (did you mean 'transformer'?)`,
  ],
  [{ ...base, kind: 'gru' }, 'kind must be one of transformer, cisformer, lstm, mlp, cogformer, uvit, received "gru"'],
  [
    { vocabulary: 20, window: 16 },
    'kind is missing: it must be one of transformer, cisformer, lstm, mlp, cogformer, uvit',
  ],
  [undefined, 'is missing: it must be an object'],
  [[], 'must be an object, received []'],
  [{ ...base, widht: 8 }, `has no key 'widht' (did you mean 'width'?)`],
  [
    { ...base, kind: 'lstm', heads: 2 },
    `has no key 'heads'; its keys are kind, vocabulary, window, width, depth, embedding, seed`,
  ],
  [
    { ...base, kind: 'cisformer', positionWise: { ouput: true } },
    `positionWise has no key 'ouput' (did you mean 'output'?)`,
  ],
  [{ kind: 'transformer', vocabulary: 20 }, 'window is missing: it must be a whole number, at least 1'],
  [{ ...base, window: 0 }, 'window must be a whole number, at least 1, received 0'],
  [{ ...base, width: 2.5 }, 'width must be a whole number, at least 1, received 2.5'],
  [{ ...base, seed: '7' }, 'seed must be a whole number, at least 0, received "7"'],
  [{ ...base, scale: -1 }, 'scale must be a number above 0, received -1'],
  [{ ...base, dropout: 1 }, 'dropout must be a number of at least 0 and below 1, received 1'],
  [{ ...base, normalizeWeights: 'no' }, 'normalizeWeights must be true or false, received "no"'],
  [
    { ...base, attention: 'dap' },
    `attention must be one of dpa, ea, cog, dpa-plus-one, signed-unit, received "dap" (did you mean 'dpa'?)`,
  ],
  [{ ...base, width: 30, heads: 4 }, 'width must be a multiple of heads (4), received 30: choose 28 or 32'],
  [{ ...base, width: 2, heads: 4 }, 'width must be a multiple of heads (4), received 2: choose 4'],
  [
    { ...base, width: 12, heads: 4, positions: 'rotary' },
    'width must give heads of even length for rotary positions, received 12 / 4: choose 8 or 16',
  ],
  [
    { ...base, width: 16, embedding: 'one-hot' },
    'width must be at least vocabulary (20) for embedding one-hot, received 16',
  ],
  [
    { ...base, normalizeWeights: false },
    'normalizeWeights can be false with attention ea only, received attention dpa',
  ],
  [{ ...images, image: 30 }, 'image must be a multiple of patch (4), received 30: choose 28 or 32'],
  [{ ...images, heads: 1, width: 9 }, 'width must be even, for a time token of cosines and sines, received 9'],
  [{ ...images, classes: 2, contextTokens: 1 }, 'contextTokens must be 0 for a model of classes (2), received 1'],
  [{ ...images, contextTokens: 1 }, 'contextWidth must be at least 1 with contextTokens 1, received 0'],
  [{ ...images, contextWidth: 5 }, 'contextWidth must be 0 with contextTokens 0, received 5'],
  [
    { ...base, kind: 'cogformer', depth: 3, layers: ['dpa', 'cog'] },
    'layers must name the mechanism of every block (depth 3), received 2',
  ],
  [
    { ...base, kind: 'cogformer', documentSeparator: 20 },
    'documentSeparator must be below vocabulary (20), received 20',
  ],
  [
    { ...base, kind: 'cogformer', normalizeWeights: false },
    'normalizeWeights can be false with attention ea only, received dpa, cog',
  ],
  [
    { ...base, kind: 'cogformer', width: 12, heads: 4 },
    'width must give heads of even length for rotary positions, received 12 / 4: choose 8 or 16',
  ],
  [
    { ...base, window: 0, width: -1 },
    'window must be a whole number, at least 1, received 0; width must be a whole number, at least 1, received -1',
  ],
])('%j is refused: %s', (config, message) => {
  const error = new ModelError('SWITCHYARD_MODEL_CONFIG', `Model config: ${message}`);
  expect(() => parseModelConfig(config)).toThrow(error);
});

// What PyTorch counts in the peers that the benchmarks time. Their cisformer shares its normalisations and adds learned
// positions, their LSTM adds a second bias.
const small = { vocabulary: 20, window: 20 } as const;
const medium = { vocabulary: 20, window: 32, width: 64, heads: 4 } as const;
const large = { vocabulary: 64, window: 64, width: 128, heads: 4, depth: 4 } as const;
const sharedNorms = { positionWise: { normalization: false } };
test.each<[string, ModelInput, number, number]>([
  ['transformer small', { kind: 'transformer', ...small }, 27_412, 0],
  ['cisformer small', { kind: 'cisformer', attention: 'ea', ...small, ...sharedNorms }, 505_300, 20 * 32],
  ['lstm small', { kind: 'lstm', ...small }, 78_356, 4 * 96],
  ['mlp small', { kind: 'mlp', ...small }, 173_588, 0],
  ['transformer medium', { kind: 'transformer', ...medium }, 104_724, 0],
  ['cisformer medium', { kind: 'cisformer', attention: 'ea', ...medium, ...sharedNorms }, 3_187_860, 32 * 64],
  ['cogformer bytes', { kind: 'cogformer', vocabulary: 257, window: 128 }, 1_345_408, 0],
  ['transformer large', { kind: 'transformer', attention: 'ea', ...large }, 817_984, 0],
])('%s has the parameters of its PyTorch peer', (_, config, peer, difference) => {
  expect(parameterCount(config) + difference).toBe(peer);
});
