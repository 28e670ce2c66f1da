import * as tf from '@tensorflow/tfjs';
import type { InputOf } from '../src/create-model.ts';
import type { ModelInput, SequenceModelInput } from '../src/registry.ts';

const tiny = { vocabulary: 5, window: 6, width: 8, seed: 1 } as const;
const mechanisms = ['dpa', 'ea', 'cog', 'dpa-plus-one', 'signed-unit'] as const;

/** A tiny config of every kind, mechanism and variant of sequence models, by name. */
export const configs: Record<string, SequenceModelInput> = {
  mlp: { kind: 'mlp', ...tiny },
  lstm: { kind: 'lstm', ...tiny, depth: 2 },
  'lstm one-hot': { kind: 'lstm', ...tiny, embedding: 'one-hot' },
  ...Object.fromEntries(
    mechanisms.flatMap((attention): [string, SequenceModelInput][] => [
      [`transformer ${attention}`, { kind: 'transformer', ...tiny, heads: 2, attention, ...calm(attention) }],
      [`cisformer ${attention}`, { kind: 'cisformer', ...tiny, heads: 2, attention }],
    ]),
  ),
  'transformer rotary rms': { kind: 'transformer', ...tiny, heads: 2, positions: 'rotary', normalization: 'rms' },
  'transformer alibi one-hot': { kind: 'transformer', ...tiny, heads: 2, positions: 'alibi', embedding: 'one-hot' },
  'transformer ea bare': {
    ...{ kind: 'transformer', ...tiny, attention: 'ea', normalizeWeights: false, scale: 1 },
    ...{ positions: 'none', normalization: 'none', embedding: 'one-hot' },
  },
  'transformer dropout': { kind: 'transformer', ...tiny, heads: 2, dropout: 0.3 },
  cogformer: { kind: 'cogformer', ...tiny, heads: 2, depth: 3 },
  'cogformer documents ea': {
    ...{ kind: 'cogformer', ...tiny, heads: 2, depth: 2, layers: ['ea', 'dpa'], documentSeparator: 3, dropout: 0.2 },
  },
  'cisformer rms, partly shared': {
    ...{ kind: 'cisformer', ...tiny, normalization: 'rms' },
    positionWise: { output: false, normalization: false },
  },
};

const tinyImages = { kind: 'uvit', image: 6, patch: 2, width: 8, heads: 2, feedForward: 12, seed: 1 } as const;

/** The same of models of images. (Cog attention jumps where a score changes its sign: none does under the finite differences of these.) */
export const imageConfigs: Record<string, InputOf<'uvit'> & { kind: 'uvit' }> = {
  'uvit cog classes': { ...tinyImages, image: 4, channels: 1, depth: 5, classes: 3 },
  'uvit dpa context': { ...tinyImages, channels: 2, depth: 2, contextTokens: 2, contextWidth: 3, attention: 'dpa' },
  'uvit ea bare': { ...tinyImages, channels: 1, depth: 1, attention: 'ea' },
};

/** All of them. */
export const allConfigs: Record<string, ModelInput> = { ...configs, ...imageConfigs };

/** What a model of any kind takes, of a fixed pattern: its inputs in their order. */
export function inputsOf(config: ModelInput, rows = 3): tf.Tensor[] {
  if (config.kind !== 'uvit') return [tokens(config, rows)];
  const { image, channels, classes = 0, contextTokens = 0, contextWidth = 0 } = config;
  const wave = (...shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, k) => Math.sin(3 * k + k * k)),
      shape,
    );
  const times = tf.tensor2d(
    Array.from({ length: rows }, (_, row) => 7.5 * row),
    [rows, 1],
  );
  const ids = Array.from({ length: rows }, (_, row) => (row + 1) % (classes + 1));
  return [
    wave(rows, image, image, channels),
    times,
    ...(classes > 0 ? [tf.tensor2d(ids, [rows, 1], 'int32')] : []),
    ...(contextTokens > 0 ? [wave(rows, contextTokens, contextWidth)] : []),
  ];
}

/** Signed weights jump where a score changes its sign; with this seed none does within the steps of finite differences. */
function calm(attention: string): { seed?: number } {
  return attention === 'signed-unit' ? { seed: 2 } : {};
}

/** Tokens [rows, window] of a fixed pattern. */
export function tokens({ vocabulary, window }: SequenceModelInput, rows = 3): tf.Tensor2D {
  const ids = Array.from({ length: rows * window }, (_, index) => (index * index + 2 * index) % vocabulary);
  return tf.tensor2d(ids, [rows, window], 'int32');
}
