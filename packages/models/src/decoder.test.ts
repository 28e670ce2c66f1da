import '@switchyard/backend-simd';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { createModel } from './create-model.ts';
import { createDecoder } from './decoder.ts';
import { ModelError } from './errors.ts';
import type { ModelInput } from './registry.ts';

const tiny = { vocabulary: 7, window: 9, width: 8, heads: 2, seed: 3 } as const;
const able: Record<string, ModelInput> = {
  cogformer: { kind: 'cogformer', ...tiny, depth: 3 },
  'cogformer ea': { kind: 'cogformer', ...tiny, depth: 3, attention: 'ea', ends: 'ea', dropout: 0.5 },
  'transformer learned': { kind: 'transformer', ...tiny },
  'transformer rotary cog': { kind: 'transformer', ...tiny, positions: 'rotary', attention: 'cog' },
  'transformer alibi ea': { kind: 'transformer', ...tiny, positions: 'alibi', attention: 'ea' },
  'transformer one-hot': {
    kind: 'transformer',
    ...tiny,
    embedding: 'one-hot',
    normalization: 'none',
    positions: 'none',
  },
};
const tokens = [3, 0, 6, 6, 1, 2, 5, 4, 3];

/** The model's own logits behind every token, a row each. */
function fullPass(model: tf.LayersModel): number[][] {
  return tf.tidy(() => (model.predict(tf.tensor2d([tokens], [1, 9], 'int32')) as tf.Tensor3D).arraySync()[0]!);
}

function expectClose(logits: Float32Array, expected: readonly number[]): void {
  expect(logits.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(logits[i]! - value)).toBeLessThan(1e-5);
}

describe.each(['cpu', 'simd'])('on %s', (backend) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
  });

  test.each(Object.keys(able))('%s: the logits of every step are those of the full pass', (name) => {
    const model = createModel(able[name]!);
    const expected = fullPass(model);
    const decoder = createDecoder(model);
    for (const [i, token] of tokens.entries()) {
      expectClose(decoder.append([token]), expected[i]!);
      expect(decoder.length).toBe(i + 1);
    }
    decoder.reset();
    for (const [first, end] of [
      [0, 4],
      [4, 6],
      [6, 9],
    ] as const) {
      expectClose(decoder.append(tokens.slice(first, end)), expected[end - 1]!);
    }
  });

  test('it leaves no tensor behind', () => {
    const decoder = createDecoder(createModel(able['transformer learned']!));
    decoder.append(tokens.slice(0, 2));
    decoder.reset();
    const before = tf.memory().numTensors;
    for (const token of tokens) decoder.append([token]);
    decoder.reset();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('models that are no stack of causal blocks are refused', () => {
  expect(() => createDecoder(createModel({ kind: 'lstm', vocabulary: 3, window: 2 }))).toThrow(
    new ModelError('SWITCHYARD_MODEL_INPUT', `Model 'lstm' cannot generate: choose one of cogformer, transformer`),
  );
});
