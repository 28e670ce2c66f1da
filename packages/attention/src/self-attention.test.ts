import * as tf from '@tensorflow/tfjs';
import { test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { outputInDoubles, type Problem, weightsInDoubles } from '../test/doubles.ts';
import { expectClose } from '../test/expect-close.ts';
import { finiteDifferences, values } from '../test/values.ts';
import type { Mechanism } from './index.ts';
import { selfAttention } from './self-attention.ts';

const [batch, window, width] = [2, 5, 12] as const;
const defaults = { causal: false, alibi: false, scale: 1, normalizeWeights: true };

const cases = (['dpa', 'ea', 'cog', 'dpa-plus-one', 'signed-unit'] as const).flatMap(
  (mechanism): [Mechanism, number, Partial<typeof defaults>][] => [
    [mechanism, 1, { causal: true }],
    [mechanism, 3, { causal: true, alibi: true, scale: 0.7 }],
    [mechanism, 2, { normalizeWeights: false, alibi: true }],
  ],
);

/** Attention in doubles: heads taken out of the projection, [batch, window, 3·width], and put side by side again. */
function inDoubles(mechanism: Mechanism, projection: number[], heads: number, options: typeof defaults): number[] {
  const headWidth = width / heads;
  const problem: Problem = {
    batch,
    heads,
    queries: window,
    keys: window,
    width: headWidth,
    mask: undefined,
    ...options,
  };
  const headMajor = Array.from({ length: batch * window * width }, (_, index) => {
    const [row, feature] = [Math.floor(index / headWidth), index % headWidth];
    const [pair, token] = [Math.floor(row / window), row % window];
    return { token: Math.floor(pair / heads) * window + token, feature: (pair % heads) * headWidth + feature };
  });
  const [q, k, v] = [0, width, 2 * width].map((offset) =>
    headMajor.map(({ token, feature }) => projection[token * 3 * width + offset + feature]!),
  ) as [number[], number[], number[]];
  const output = outputInDoubles(weightsInDoubles(mechanism, q, k, problem), v, problem);
  const joined: number[] = [];
  for (const [index, { token, feature }] of headMajor.entries()) joined[token * width + feature] = output[index]!;
  return joined;
}

describeOnBackends('self-attention', () => {
  test.each(cases)('%s with %i heads, %j: its formula, and its finite differences', (mechanism, heads, partial) => {
    tf.tidy(() => {
      const options = { ...defaults, ...partial };
      const projection = values(1, batch * window * 3 * width);
      const upstream = values(2, batch * window * width);
      const x = tf.tensor3d(projection, [batch, window, 3 * width]);
      const attend = (y: tf.Tensor): tf.Tensor => selfAttention(mechanism, y as tf.Tensor3D, heads, options);
      expectClose(attend(x), inDoubles(mechanism, projection, heads, options));
      const loss = (y: number[]): number =>
        inDoubles(mechanism, y, heads, options).reduce((sum, value, index) => sum + value * upstream[index]!, 0);
      const gradient = tf.grad(attend)(x, tf.tensor3d(upstream, [batch, window, width]));
      expectClose(gradient, finiteDifferences(loss, projection), 1e-4);
    });
  });
});
