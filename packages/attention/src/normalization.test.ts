import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { expectClose } from '../test/expect-close.ts';
import { finiteDifferences, values } from '../test/values.ts';
import { layerNorm, rmsNorm } from './index.ts';

const [batch, window, width] = [2, 3, 4] as const;
const x = values(1, batch * window * width);
const gamma = values(2, window * width);
const beta = values(3, window * width);
const upstream = values(4, batch * window * width);

/** One row in doubles; a row is what both functions normalise. */
function rowInDoubles(row: number[], gain: number[], offset: number[], centre: boolean): number[] {
  const mean = centre ? row.reduce((sum, value) => sum + value, 0) / width : 0;
  const square = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
  return row.map((value, d) => (gain[d]! * (value - mean)) / Math.sqrt(square + (centre ? 1e-5 : 1e-6)) + offset[d]!);
}

/** Σ upstream ⊙ y with position-wise gains, in doubles */
function loss(inputs: number[], gains: number[], offsets: number[], centre: boolean): number {
  let sum = 0;
  for (let row = 0; row < batch * window; row++) {
    const gain = (row % window) * width;
    const y = rowInDoubles(
      inputs.slice(row * width, (row + 1) * width),
      gains.slice(gain, gain + width),
      offsets.slice(gain, gain + width),
      centre,
    );
    for (let d = 0; d < width; d++) sum += y[d]! * upstream[row * width + d]!;
  }
  return sum;
}

describeOnBackends('normalisations with gains of every position', () => {
  test('gradients of layerNorm equal finite differences', () => {
    tf.tidy(() => {
      const [dx, dGamma, dBeta] = tf.grads((input, gain, offset) => layerNorm(input!, gain!, offset!))(
        [
          tf.tensor3d(x, [batch, window, width]),
          tf.tensor2d(gamma, [window, width]),
          tf.tensor2d(beta, [window, width]),
        ],
        tf.tensor3d(upstream, [batch, window, width]),
      );
      expectClose(
        dx!,
        finiteDifferences((moved) => loss(moved, gamma, beta, true), x),
      );
      expectClose(
        dGamma!,
        finiteDifferences((moved) => loss(x, moved, beta, true), gamma),
      );
      expectClose(
        dBeta!,
        finiteDifferences((moved) => loss(x, gamma, moved, true), beta),
      );
    });
  });

  test('gradients of rmsNorm equal finite differences', () => {
    tf.tidy(() => {
      const none = Array(window * width).fill(0);
      const [dx, dGamma] = tf.grads((input, gain) => rmsNorm(input!, gain!))(
        [tf.tensor3d(x, [batch, window, width]), tf.tensor2d(gamma, [window, width])],
        tf.tensor3d(upstream, [batch, window, width]),
      );
      expectClose(
        dx!,
        finiteDifferences((moved) => loss(moved, gamma, none, false), x),
      );
      expectClose(
        dGamma!,
        finiteDifferences((moved) => loss(x, moved, none, false), gamma),
      );
    });
  });

  test('rows have mean 0 and variance 1, or mean square 1; a constant row becomes zeros', () => {
    tf.tidy(() => {
      const rows = tf.tensor2d([
        [1, 2, 3, 4],
        [7, 7, 7, 7],
      ]);
      const [ones, zeros] = [tf.ones([4]), tf.zeros([4])];
      const unit = Math.sqrt(1.25);
      expectClose(
        layerNorm(rows, ones, zeros),
        [-1.5, -0.5, 0.5, 1.5, 0, 0, 0, 0].map((value) => value / unit),
      );
      expectClose(tf.mean(tf.square(rmsNorm(rows, ones)), -1), [1, 1]);
    });
  });

  test('gains that are not the trailing axes of the input are an error', () => {
    tf.tidy(() => {
      expect(() => rmsNorm(tf.zeros([2, 3, 4]), tf.ones([3]))).toThrow(
        'gamma [3] for input [2, 3, 4]: must be the trailing axes',
      );
      expect(() => layerNorm(tf.zeros([2, 3, 4]), tf.ones([4]), tf.ones([2, 4]))).toThrow('beta [2, 4]');
    });
  });
});
