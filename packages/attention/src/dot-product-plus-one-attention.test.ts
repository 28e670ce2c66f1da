import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { expectClose } from '../test/expect-close.ts';
import { dotProductPlusOneAttention, dotProductPlusOneAttentionWeights } from './index.ts';

function head(rows: number[][]): tf.Tensor4D {
  return tf.tensor4d([[rows]]);
}

const anyColumn = fc.array(
  fc.double({ min: -100, max: 100, noNaN: true }).map((x) => [x]),
  {
    minLength: 1,
    maxLength: 5,
  },
);

describeOnBackends('dot-product attention with 1 in the denominator', () => {
  test('scores ln 3 and ln 4: weights 3/8 and 4/8, and 1/8 on nothing', () => {
    tf.tidy(() => {
      const [q, k] = [head([[1]]), head([[Math.log(3)], [Math.log(4)]])];
      expectClose(dotProductPlusOneAttentionWeights(q, k, { scale: 1 }), [3 / 8, 4 / 8]);
      expectClose(dotProductPlusOneAttention(q, k, head([[8], [16]]), { scale: 1 }), [3 + 8]);
    });
  });

  test('rows add up to less than 1, by 1/(1 + Σ exp z), and are finite for scores up to ±1e4', () => {
    fc.assert(
      fc.property(anyColumn, fc.boolean(), (rows, causal) => {
        tf.tidy(() => {
          const x = head(rows);
          const weights = dotProductPlusOneAttentionWeights(x, x, { scale: 1, causal });
          const expected = rows.map(([q], i) => {
            const keys = causal ? rows.slice(0, i + 1) : rows;
            const total = keys.reduce((sum, [k]) => sum + Math.exp(Math.min(700, q! * k!)), 0);
            return total / (1 + total);
          });
          expectClose(tf.sum(weights, -1), expected);
          const gradient = tf.grad((q) => dotProductPlusOneAttention(q as tf.Tensor4D, x, x, { scale: 1, causal }))(x);
          expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('the score of nothing stays 0 under ALiBi; a query that may attend to nothing gets weights 0', () => {
    tf.tidy(() => {
      const zeros = head([[0], [0]]);
      const e = Math.exp(-(2 ** -8));
      const weights = dotProductPlusOneAttentionWeights(zeros, zeros, { causal: true, alibi: true });
      expectClose(weights, [1 / 2, 0, e / (2 + e), 1 / (2 + e)]);
      const mask = tf.tensor2d([[0, 0], [1, 0]]); // biome-ignore format: a matrix
      expectClose(dotProductPlusOneAttentionWeights(zeros, zeros, { mask }), [0, 0, 1 / 2, 0]);
    });
  });
});
