import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { expectClose } from '../test/expect-close.ts';
import { dotProductAttentionWeights, signedUnitAttention, signedUnitAttentionWeights } from './index.ts';

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

describeOnBackends('signed attention of unit row sum', () => {
  test('logits ln 3, −ln 3 and ln 2: (3, −3, 2)/8, and a third of the 6/8 that lack to 1 for each', () => {
    tf.tidy(() => {
      const [q, k] = [head([[1]]), head([[Math.log(3)], [-Math.log(3)], [Math.log(2)]])];
      expectClose(signedUnitAttentionWeights(q, k, { scale: 1 }), [5 / 8, -1 / 8, 4 / 8]);
      expectClose(signedUnitAttention(q, k, head([[8], [16], [4]]), { scale: 1 }), [5 - 2 + 2]);
    });
  });

  test('rows add up to 1, weights lie in [−1, 1 + 1/n], gradients are finite, for logits up to ±1e4', () => {
    fc.assert(
      fc.property(anyColumn, fc.boolean(), (rows, causal) => {
        tf.tidy(() => {
          const x = head(rows);
          const weights = signedUnitAttentionWeights(x, x, { scale: 1, causal });
          expectClose(
            tf.sum(weights, -1),
            rows.map(() => 1),
          );
          const values = weights.dataSync();
          for (const [index, weight] of values.entries()) {
            const n = causal ? Math.floor(index / rows.length) + 1 : rows.length;
            expect(weight).toBeGreaterThanOrEqual(-1 - 1e-6);
            expect(weight).toBeLessThanOrEqual(1 + 1 / n + 1e-6);
          }
          const gradient = tf.grad((q) => signedUnitAttention(q as tf.Tensor4D, x, x, { scale: 1, causal }))(x);
          expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('equals dot-product attention where all logits are positive, and the mean where all are zero', () => {
    tf.tidy(() => {
      const x = head([[1, 2], [0.5, 0.1], [2, 1]]); // biome-ignore format: a matrix
      expectClose(
        signedUnitAttentionWeights(x, x, { causal: true }),
        dotProductAttentionWeights(x, x, { causal: true }),
      );
      const zeros = tf.zerosLike(x);
      expectClose(signedUnitAttentionWeights(zeros, x), new Array<number>(9).fill(1 / 3));
    });
  });

  test('a query that may attend to nothing gets weights 0', () => {
    tf.tidy(() => {
      const x = head([[-1], [2]]);
      const mask = tf.tensor2d([[0, 0], [1, 0]]); // biome-ignore format: a matrix
      expectClose(signedUnitAttentionWeights(x, x, { mask }), [0, 0, 1, 0]);
      expectClose(signedUnitAttention(x, x, x, { mask }), [0, -1]);
    });
  });
});
