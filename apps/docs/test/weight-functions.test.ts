import { cogAttentionWeights, dotProductAttentionWeights, expressiveAttentionWeights } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { mechanisms, weigh } from '../.vitepress/theme/weight-functions.ts';

const functions = { dpa: dotProductAttentionWeights, ea: expressiveAttentionWeights, cog: cogAttentionWeights };

test.each(['dpa', 'ea', 'cog'] as const)('the curves of %s are those of @switchyard/attention', async (mechanism) => {
  await tf.setBackend('cpu');
  const query = tf.tensor4d([1], [1, 1, 1, 1]);
  for (const [score, other] of [
    [-3, 1],
    [-0.5, 2],
    [0.25, -1],
    [4, 0.5],
  ] as const) {
    const key = tf.tensor4d([score, other], [1, 1, 2, 1]);
    const [expected] = functions[mechanism](query, key, { scale: 1 }).dataSync();
    expect(weigh(mechanism, score, other)).toBeCloseTo(expected!, 5);
  }
  const scores = [2.5, -3, 0, 0.4, -0.1];
  const row = functions[mechanism](query, tf.tensor4d(scores, [1, 1, 5, 1]), { scale: 1 }).dataSync();
  for (const [key, weight] of mechanisms[mechanism].weights(scores).entries()) expect(weight).toBeCloseTo(row[key]!, 5);
});
