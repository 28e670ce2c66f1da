import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { expectClose } from '../test/expect-close.ts';
import { cogAttention, cogAttentionWeights, dotProductAttentionWeights } from './index.ts';

function head(rows: number[][]): tf.Tensor4D {
  return tf.tensor4d([[rows]]);
}

/** Vectors away from zero, so that no logit of a one-dimensional head is zero. */
const anyColumn = fc.array(
  fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.boolean()).map(([x, sign]) => [sign ? x : -x]),
  { minLength: 1, maxLength: 5 },
);

describeOnBackends('Cog attention', () => {
  test('logits ln 3, −ln 3 and ln 2: magnitudes 3/8, 3/8, 2/8 with the signs of the logits', () => {
    tf.tidy(() => {
      const [q, k] = [head([[1]]), head([[Math.log(3)], [-Math.log(3)], [Math.log(2)]])];
      expectClose(cogAttentionWeights(q, k, { scale: 1 }), [3 / 8, -3 / 8, 2 / 8]);
      expectClose(cogAttention(q, k, head([[8], [16], [4]]), { scale: 1 }), [3 - 6 + 1]);
    });
  });

  test('Σ|w| = 1, and so the signed sum lies in [−1, 1], for logits up to ±1e4', () => {
    fc.assert(
      fc.property(anyColumn, fc.boolean(), (rows, causal) => {
        tf.tidy(() => {
          const x = head(rows);
          const weights = cogAttentionWeights(x, x, { scale: 1, causal });
          expectClose(
            tf.sum(tf.abs(weights), -1),
            rows.map(() => 1),
          );
          expect(tf.max(tf.abs(tf.sum(weights, -1))).dataSync()[0]).toBeLessThanOrEqual(1 + 1e-6);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('turning the query around changes the sign of every weight', () => {
    fc.assert(
      fc.property(anyColumn, anyColumn, fc.boolean(), (queries, keys, alibi) => {
        tf.tidy(() => {
          const [q, k] = [head(queries), head(keys)];
          expectClose(cogAttentionWeights(tf.neg(q), k, { alibi }), tf.neg(cogAttentionWeights(q, k, { alibi })));
        });
      }),
      { numRuns: 30 },
    );
  });

  test('equals dot-product attention where all logits are positive', () => {
    tf.tidy(() => {
      const x = head([
        [1, 2],
        [0.5, 0.1],
        [2, 1],
      ]);
      expectClose(cogAttentionWeights(x, x, { causal: true }), dotProductAttentionWeights(x, x, { causal: true }));
    });
  });

  test('sign(0) = 0: a zero logit has weight 0 yet takes its share, and no gradient passes through it', () => {
    tf.tidy(() => {
      const [q, k] = [
        head([
          [0, 0],
          [1, 0],
        ]),
        head([
          [1, 2],
          [0, 3],
        ]),
      ];
      const share = Math.E / (Math.E + 1);
      expectClose(cogAttentionWeights(q, k, { scale: 1 }), [0, 0, share, 0]);
      const gradient = tf.grad((x) =>
        cogAttention(
          x as tf.Tensor4D,
          k,
          head([
            [1, 0],
            [0, 1],
          ]),
          { scale: 1 },
        ),
      )(q);
      // d/dp of e^p/(e^p + 1) is share·(1 − share), p = q·(1, 2)
      const slope = share * (1 - share);
      expectClose(gradient, [0, 0, slope, 2 * slope]);
    });
  });

  test('a query that may attend to nothing gets weights 0 and finite gradients', () => {
    tf.tidy(() => {
      const [q, k] = [
        head([
          [1, 2],
          [-1, 0.5],
        ]),
        head([
          [1, 1],
          [2, 3],
        ]),
      ];
      const mask = tf.tensor2d([
        [0, 0],
        [1, 0],
      ]);
      expect(Array.from(cogAttentionWeights(q, k, { mask }).dataSync()).map((w) => w + 0)).toEqual([0, 0, -1, 0]);
      const gradient = tf
        .grad((x) => cogAttention(x as tf.Tensor4D, k, k, { mask }))(q)
        .dataSync();
      expect(Array.from(gradient).every(Number.isFinite)).toBe(true);
    });
  });
});
