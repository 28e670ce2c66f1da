import { text } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { evaluate } from './evaluation.ts';
import { textMeasures } from './text-measures.ts';

test('guessing among 256 bytes costs eight bits a byte; two bytes a token halve that', () => {
  const bytesPerToken = (tokens: ArrayLike<number>) => tokens.length;
  expect(textMeasures(Math.log(256), { bytesPerToken }, [7])?.bitsPerByte).toBeCloseTo(8, 12);
  expect(textMeasures(Math.log(256), { bytesPerToken }, [7, 8])?.bitsPerByte).toBeCloseTo(4, 12);
  expect(textMeasures(Math.log(256), { bytesPerToken }, [7, 8])?.perplexity).toBeCloseTo(256, 9);
});

test('other tasks have none, and a loss that ran away stays a number', () => {
  expect(textMeasures(1, {}, [])).toBeUndefined();
  expect(textMeasures(1e6, { bytesPerToken: () => 1 }, [])?.perplexity).toBe(Number.MAX_VALUE);
});

test('evaluations of text are on its validation part, and have them', async () => {
  const task = text({ documents: ['ab'.repeat(50) + 'c'.repeat(50)], validation: 0.3 });
  const input = tf.input({ shape: [4], dtype: 'int32' });
  const logits = tf.layers.embedding({ inputDim: 257, outputDim: 257, embeddingsInitializer: 'zeros' }).apply(input);
  const model = tf.model({ inputs: input, outputs: logits as tf.SymbolicTensor });
  const table = tf.tidy(() => tf.mul(tf.oneHot(tf.fill([257], 99, 'int32'), 257), 10)); // always expects a c
  model.setWeights([table]);
  const scores = await evaluate(model, task, { batches: 1, batchSize: 50, positions: 'last', seed: 1 });
  expect(scores.accuracy).toBeGreaterThan(0.9); // all but the separator at the end
  // One byte for each token but for the separators of the part: 45 c's between two.
  expect(scores.measures?.bitsPerByte).toBeCloseTo(scores.loss / Math.LN2 / (45 / 47), 10);
  model.dispose();
  table.dispose();
});
