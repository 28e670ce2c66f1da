import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { countingTask, tinyModel } from '../test/tiny.ts';
import { evaluate, scoreExamples } from './evaluation.ts';
import type { Example } from './example.ts';

beforeAll(() => tf.setBackend('cpu'));

/** Answers every token with logits that favour that token's successor modulo 4. */
function successorModel(window: number): tf.LayersModel {
  const model = tf.sequential();
  model.add(tf.layers.embedding({ inputShape: [window], inputDim: 5, outputDim: 5 }));
  const logits = tf.tensor2d(
    [0, 1, 2, 3, 4].map((token) => [0, 1, 2, 3, 4].map((next) => ((token + 1) % 4 === next ? 3 : 0))),
  );
  model.setWeights([logits]);
  return model;
}

describe('scoreExamples', () => {
  it('counts hits overall, per rule and on visible targets', async () => {
    const example: Example = {
      window: 4,
      tokens: Int32Array.of(0, 1, 2, 3),
      targets: Int32Array.of(1, 2, 0, 0), // the model says 1, 2, 3, 0
      mask: Float32Array.of(1, 1, 1, 0),
      rules: Int8Array.of(0, 1, 1, -1),
      visible: Uint8Array.of(0, 1, 1, 0),
    };
    const scores = await scoreExamples(successorModel(4), countingTask, [example, example]);
    const hit = Math.log(4 + Math.exp(3)) - 3;
    expect(scores.loss).toBeCloseTo((hit + hit + hit + 3) / 3, 6);
    expect(scores).toEqual({
      loss: scores.loss,
      accuracy: 2 / 3,
      accuracyPerRule: { even: 1, odd: 0.5 },
      visibleAccuracy: 0.5,
      visibleAccuracyPerRule: { odd: 0.5 },
      visibleShare: 2 / 3,
      chance: 1 / 4,
      targets: 6,
    });
  });

  it('has no accuracy on visible targets where there is none', async () => {
    const zeros = new Uint8Array(1);
    const example: Example = {
      window: 1,
      tokens: Int32Array.of(0),
      targets: Int32Array.of(1),
      mask: Float32Array.of(1),
      rules: Int8Array.of(0),
      visible: zeros,
    };
    const { visibleAccuracy, visibleShare } = await scoreExamples(successorModel(1), countingTask, [example]);
    expect([visibleAccuracy, visibleShare]).toEqual([null, 0]);
  });
});

describe('evaluate', () => {
  const options = { batches: 3, batchSize: 8, positions: 'all', seed: 5 } as const;

  it('finds the model that knows the rule perfect, on batches that never change', async () => {
    const scores = await evaluate(successorModel(6), countingTask, options);
    expect(scores.accuracy).toBe(1);
    expect(scores).toEqual(await evaluate(successorModel(6), countingTask, options));
    expect(scores).not.toEqual(await evaluate(successorModel(6), countingTask, { ...options, seed: 6 }));
  });

  it('leaves no tensor behind', async () => {
    const model = tinyModel();
    const before = tf.memory().numTensors;
    await evaluate(model, countingTask, options);
    expect(tf.memory().numTensors).toBe(before);
  });
});
