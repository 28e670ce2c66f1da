import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { expectClose } from '../test/expect-close.ts';
import { attentionEntropy, effectivePaths, kurtosis, negativeMass } from './index.ts';

describeOnBackends('analysis of attention weights', () => {
  test('entropy: one key 0, n equal keys ln n, signs ignored, unnormalised rows normalised, zeros 0', () => {
    tf.tidy(() => {
      const weights = tf.tensor2d([
        [0, 1, 0, 0],
        [0.25, 0.25, 0.25, 0.25],
        [0.5, -0.5, 0, 0],
        [3, 3, 3, 3],
        [0, 0, 0, 0],
      ]);
      expectClose(attentionEntropy(weights), [0, Math.log(4), Math.log(2), Math.log(4), 0]);
    });
  });

  test('negative mass: the share of |w| below zero', () => {
    tf.tidy(() => {
      const weights = tf.tensor2d([
        [0.5, 0.5, 0],
        [0.5, -0.25, -0.25],
        [-1, 0, 0],
        [0, 0, 0],
      ]);
      expectClose(negativeMass(weights), [0, 0.5, 1, 0]);
    });
  });

  test('kurtosis: 1 for two values as often as each other, known values for others, 0 for a constant row', () => {
    tf.tidy(() => {
      // [0, 0, 0, 4]: mean 1, squares 1, 1, 1, 9, fourth powers 1, 1, 1, 81: 21 / 3² = 7/3
      expectClose(
        kurtosis(
          tf.tensor2d([
            [1, -1, 1, -1],
            [0, 0, 0, 4],
            [2, 2, 2, 2],
          ]),
        ),
        [1, 7 / 3, 0],
      );
    });
  });

  test('effective paths: one layer', () => {
    tf.tidy(() => {
      // Token 1 reaches itself by the residual connection and by attention of weight 1/2, and token 0 by attention alone:
      // (1 + 1/2)² / (1 + 1/4) paths and (1/2)² / (1/4) = 1 path. Token 0 has two equal paths to itself, none from token 1.
      const weights = tf.tensor4d([
        [
          [
            [1, 0],
            [0.5, 0.5],
          ],
        ],
      ]);
      expectClose(effectivePaths([weights]), [2, 0, 1, 2.25 / 1.25]);
    });
  });

  test('effective paths: equal paths through two layers are counted, opposite ones cancel', () => {
    tf.tidy(() => {
      // From token 0 to token 1 a path may take the attention edge in the first or in the second layer.
      const edge = (weight: number): tf.Tensor4D =>
        tf.tensor4d([
          [
            [
              [0, 0],
              [weight, 0],
            ],
          ],
        ]);
      const paths = (first: number, second: number): number =>
        effectivePaths([edge(first), edge(second)]).dataSync()[2]!;
      expect(paths(0.5, 0.5)).toBeCloseTo(2, 6);
      expect(paths(0.5, 0)).toBeCloseTo(1, 6);
      expect(paths(0.5, -0.5)).toBe(0);
    });
  });

  test('effective paths: heads are parallel edges', () => {
    tf.tidy(() => {
      const weights = tf.tensor4d([
        [
          [
            [0, 0],
            [0.3, 0],
          ],
          [
            [0, 0],
            [0.3, 0],
          ],
          [
            [0, 0],
            [0.3, 0],
          ],
        ],
      ]);
      expect(effectivePaths([weights]).dataSync()[2]).toBeCloseTo(3, 5);
    });
  });

  test('effective paths need layers of one size', () => {
    tf.tidy(() => {
      expect(() => effectivePaths([])).toThrow('the weights of one layer at least');
      expect(() => effectivePaths([tf.ones([1, 2, 3, 3]), tf.ones([1, 2, 4, 4])])).toThrow('weights [1, 2, 4, 4]');
    });
  });
});
