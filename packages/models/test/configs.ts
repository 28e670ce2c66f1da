import * as tf from '@tensorflow/tfjs';
import type { ModelInput } from '../src/registry.ts';

const tiny = { vocabulary: 5, window: 6, width: 8, seed: 1 } as const;
const mechanisms = ['dpa', 'ea', 'cog'] as const;

/** A tiny config of every kind, mechanism and variant, by name. */
export const configs: Record<string, ModelInput> = {
  mlp: { kind: 'mlp', ...tiny },
  lstm: { kind: 'lstm', ...tiny, depth: 2 },
  'lstm one-hot': { kind: 'lstm', ...tiny, embedding: 'one-hot' },
  ...Object.fromEntries(
    mechanisms.flatMap((attention): [string, ModelInput][] => [
      [`transformer ${attention}`, { kind: 'transformer', ...tiny, heads: 2, attention }],
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
  'cisformer rms, partly shared': {
    ...{ kind: 'cisformer', ...tiny, normalization: 'rms' },
    positionWise: { output: false, normalization: false },
  },
};

/** Tokens [rows, window] of a fixed pattern. */
export function tokens({ vocabulary, window }: ModelInput, rows = 3): tf.Tensor2D {
  const ids = Array.from({ length: rows * window }, (_, index) => (index * index + 2 * index) % vocabulary);
  return tf.tensor2d(ids, [rows, window], 'int32');
}
