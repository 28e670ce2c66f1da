import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { expectClose } from '../test/expect-close.ts';
import { dotProductAttention, dotProductAttentionWeights } from './index.ts';

/** One head of one sequence. */
function head(rows: number[][]): tf.Tensor4D {
  return tf.tensor4d([[rows]]);
}

describeOnBackends('dot-product attention', () => {
  test('is a softmax of the scaled products: logits 0 and ln 3 give weights 1/4 and 3/4', () => {
    tf.tidy(() => {
      const [q, k] = [
        head([[1, 0]]),
        head([
          [0, 5],
          [Math.log(3), 5],
        ]),
      ]; // prettier keeps rows together
      expectClose(dotProductAttentionWeights(q, k, { scale: 1 }), [0.25, 0.75]);
      expectClose(
        dotProductAttention(
          q,
          k,
          head([
            [4, 0],
            [0, 4],
          ]),
          { scale: 1 },
        ),
        [1, 3],
      );
    });
  });

  test('the default scale is 1/√head_dim', () => {
    tf.tidy(() => {
      const [q, k] = [
        head([[1, 1, 1, 1]]),
        head([
          [0, 0, 0, 0],
          [2 * Math.log(3), 0, 0, 0],
        ]),
      ];
      expectClose(dotProductAttentionWeights(q, k), [0.25, 0.75]);
    });
  });

  test('alibi adds −slope·distance: with one head the slope is 2^−8', () => {
    tf.tidy(() => {
      const zero = head([[0], [0], [0]]);
      const decay = Math.exp(-(2 ** -8));
      const total = 1 + decay + decay ** 2;
      const weights = dotProductAttentionWeights(zero, zero, { alibi: true, causal: true });
      expectClose(tf.slice(weights, [0, 0, 2, 0], [1, 1, 1, 3]), [decay ** 2 / total, decay / total, 1 / total]);
    });
  });

  test('rows add up to 1 and are not negative, for logits up to ±1e4', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 4, maxLength: 4 }), (x) => {
        tf.tidy(() => {
          const column = head(x.map((value) => [value]));
          const weights = dotProductAttentionWeights(column, column, { scale: 1, causal: true });
          expectClose(tf.sum(weights, -1), [1, 1, 1, 1]);
          expect(tf.min(weights).dataSync()[0]).toBeGreaterThanOrEqual(0);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('adding the same vector to all keys changes nothing', () => {
    tf.tidy(() => {
      const [q, k] = [
        head([
          [1, 2],
          [-1, 0.5],
        ]),
        head([
          [0.5, 1],
          [2, -1],
          [0, 0],
        ]),
      ];
      const moved = tf.add<tf.Tensor4D>(k, tf.tensor1d([0.7, -0.3]));
      expectClose(dotProductAttentionWeights(q, moved), dotProductAttentionWeights(q, k));
    });
  });

  test('a query that may attend to nothing gets weights 0, output 0 and gradient 0', () => {
    tf.tidy(() => {
      const [q, k] = [
        head([
          [1, 2],
          [-1, 0.5],
        ]),
        head([
          [1, 2],
          [-1, 0.5],
        ]),
      ];
      const mask = tf.cast(
        tf.tensor2d([
          [0, 0],
          [1, 1],
        ]),
        'bool',
      );
      expect(Array.from(dotProductAttentionWeights(q, k, { mask }).dataSync().slice(0, 2))).toEqual([0, 0]);
      const gradient = tf
        .grad((x) => dotProductAttention(x as tf.Tensor4D, k, k, { mask }))(q)
        .dataSync();
      expect(Array.from(gradient.slice(0, 2)).map(Math.abs)).toEqual([0, 0]);
      expect(Array.from(gradient).every(Number.isFinite)).toBe(true);
    });
  });

  test('more queries than keys: causal queries before the first key get zeros', () => {
    tf.tidy(() => {
      const [q, k] = [head([[1], [1], [1]]), head([[1], [1]])];
      expectClose(dotProductAttentionWeights(q, k, { causal: true }), [0, 0, 1, 0, 0.5, 0.5]);
    });
  });
});
