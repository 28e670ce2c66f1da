import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { expectClose } from '../test/expect-close.ts';
import { expressiveAttention, expressiveAttentionWeights } from './index.ts';

function head(rows: number[][]): tf.Tensor4D {
  return tf.tensor4d([[rows]]);
}

const anyRows = fc.array(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 2, maxLength: 2 }), {
  minLength: 1,
  maxLength: 4,
});

describeOnBackends('expressive attention', () => {
  test('z of 1, −1, 0 and 2 score 1/2, 1/2, 0 and 4/5', () => {
    tf.tidy(() => {
      const [q, k] = [head([[1]]), head([[1], [-1], [0], [2]])];
      expectClose(expressiveAttentionWeights(q, k, { scale: 1, normalizeWeights: false }), [0.5, 0.5, 0, 0.8]);
      expectClose(expressiveAttentionWeights(q, k, { scale: 1 }), [0.5 / 1.8, 0.5 / 1.8, 0, 0.8 / 1.8]);
      expectClose(expressiveAttention(q, k, head([[1], [2], [3], [4]]), { scale: 1 }), [(0.5 + 1 + 3.2) / 1.8]);
    });
  });

  test('turning the query or single keys around changes nothing: z → −z', () => {
    fc.assert(
      fc.property(anyRows, anyRows, fc.boolean(), (queries, keys, alibi) => {
        tf.tidy(() => {
          const [q, k] = [head(queries), head(keys)];
          const signs = tf.tensor2d(keys.map((_, j) => [j % 2 === 0 ? -1 : 1]));
          const weights = expressiveAttentionWeights(q, k, { alibi });
          expectClose(expressiveAttentionWeights(tf.neg(q), k, { alibi }), weights);
          expectClose(expressiveAttentionWeights(q, tf.mul(k, signs), { alibi }), weights);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('rows lie in [0, 1] and add up to 1, or to less where the scores are as small as ε', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        tf.tidy(() => {
          const x = head(rows);
          const scores = expressiveAttentionWeights(x, x, { normalizeWeights: false });
          const total = tf.sum(scores, -1);
          expectClose(tf.sum(expressiveAttentionWeights(x, x), -1), tf.div(total, tf.add(total, 1e-9)));
          expect(tf.min(scores).dataSync()[0]).toBeGreaterThanOrEqual(0);
          expect(tf.max(scores).dataSync()[0]).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('logits of ±1e4, ±1e20 and beyond float32 score 1, with finite gradients', () => {
    tf.tidy(() => {
      const [q, k] = [head([[1e4], [1e20], [-3e38]]), head([[1], [-1], [10]])];
      expectClose(expressiveAttentionWeights(q, k, { scale: 1 }), Array(9).fill(1 / 3));
      const gradient = tf
        .grad((x) => expressiveAttention(x as tf.Tensor4D, k, k, { scale: 1 }))(q)
        .dataSync();
      expect(Array.from(gradient).every(Number.isFinite)).toBe(true);
    });
  });

  test('a row of zero scores has weights 0 and gradients 0; so has a masked one', () => {
    tf.tidy(() => {
      const [q, k] = [
        head([
          [0, 0],
          [1, 1],
        ]),
        head([
          [1, 2],
          [3, 4],
        ]),
      ];
      const mask = tf.tensor2d([
        [1, 1],
        [0, 0],
      ]);
      expect(Array.from(expressiveAttentionWeights(q, k, { mask }).dataSync())).toEqual([0, 0, 0, 0]);
      const gradient = tf
        .grad((x) => expressiveAttention(x as tf.Tensor4D, k, k, { mask }))(q)
        .dataSync();
      expect(Array.from(gradient).map(Math.abs)).toEqual([0, 0, 0, 0]);
    });
  });

  test('alibi multiplies scores by exp(−slope·distance)', () => {
    tf.tidy(() => {
      const ones = head([[1], [1], [1]]);
      const options = { alibi: true, scale: 1, normalizeWeights: false };
      const decay = Math.exp(-(2 ** -8));
      const near = 0.5 * decay;
      const far = 0.5 * decay ** 2;
      expectClose(expressiveAttentionWeights(ones, ones, { ...options, causal: true }), [
        0.5,
        0,
        0,
        near,
        0.5,
        0,
        far,
        near,
        0.5,
      ]);
      expectClose(expressiveAttentionWeights(ones, ones, options), [0.5, near, far, near, 0.5, near, far, near, 0.5]);
    });
  });
});
