import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { expectClose } from '../test/expect-close.ts';
import { values } from '../test/values.ts';
import { rotary } from './index.ts';

const shape: [number, number, number, number] = [2, 3, 5, 6];
const size = 2 * 3 * 5 * 6;

describeOnBackends('rotary embedding', () => {
  test('position 0 stays, position m turns the first pair by m radians', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([
        [1, 0],
        [1, 0],
        [0, 1],
      ]);
      expectClose(rotary(x), [1, 0, Math.cos(1), Math.sin(1), -Math.sin(2), Math.cos(2)]);
    });
  });

  test('pair i turns by m·θ^(−2i/D)', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([[1, 0, 1, 0]]);
      expectClose(rotary(x, { theta: 100, offset: 3 }), [Math.cos(3), Math.sin(3), Math.cos(0.3), Math.sin(0.3)]);
    });
  });

  test('products of turned vectors depend on the distance only, and lengths stay', () => {
    tf.tidy(() => {
      const [q, k] = [tf.tensor4d(values(1, size), shape), tf.tensor4d(values(2, size), shape)];
      const products = (offset: number): tf.Tensor =>
        tf.matMul(rotary(q, { offset }), rotary(k, { offset }), false, true);
      expectClose(products(17), products(0), 1e-4);
      expectClose(tf.norm(rotary(q), 2, -1), tf.norm(q, 2, -1));
    });
  });

  test('offset continues where earlier tokens ended', () => {
    tf.tidy(() => {
      const x = tf.tensor4d(values(3, size), shape);
      const tail = tf.slice(x, [0, 0, 2, 0], [2, 3, 3, 6]);
      expectClose(rotary(tail, { offset: 2 }), tf.slice(rotary(x), [0, 0, 2, 0], [2, 3, 3, 6]));
    });
  });

  test('of heads side by side, the first can be turned alone', () => {
    tf.tidy(() => {
      const [x, upstream] = [tf.tensor4d(values(6, size), shape), tf.tensor4d(values(7, size), shape)];
      const [first, rest] = tf.split(x, [2, 3], 2) as [tf.Tensor4D, tf.Tensor4D];
      const turn = (y: tf.Tensor4D): tf.Tensor4D => rotary(y, { axis: -3, heads: 2 });
      expectClose(turn(x), tf.concat([rotary(first, { axis: -3 }), rest], 2));
      const gradient = tf.grad((y) => turn(y as tf.Tensor4D))(x, upstream);
      expectClose(turn(gradient as tf.Tensor4D), upstream);
    });
  });

  test('the gradient turns back: ⟨g, R x⟩ = ⟨Rᵀ g, x⟩', () => {
    tf.tidy(() => {
      const [x, upstream] = [tf.tensor4d(values(4, size), shape), tf.tensor4d(values(5, size), shape)];
      for (const options of [{}, { offset: 3 }, { axis: -3 as const }]) {
        const gradient = tf.grad((y: tf.Tensor) => rotary(y, options))(x, upstream);
        expectClose(rotary(gradient, options), upstream);
      }
    });
  });

  test('an odd head_dim, or no token axis, is an error', () => {
    tf.tidy(() => {
      expect(() => rotary(tf.zeros([2, 3]))).toThrow(
        'rotary input [2, 3]: needs tokens on axis -2 and an even head_dim',
      );
      expect(() => rotary(tf.zeros([4]))).toThrow('rotary input [4]');
      expect(() => rotary(tf.zeros([2, 4]), { theta: 0 })).toThrow('theta must be positive');
      expect(() => rotary(tf.zeros([2, 3, 4]), { axis: -3, heads: 4 })).toThrow(
        'heads 4 of [2, 3, 4]: must be a whole number from 1 to 3, with axis -3',
      );
    });
  });
});
