import * as tf from '@tensorflow/tfjs';
import { AttentionError, formatShape } from './errors.ts';
import { fusedKernel } from './fused-kernel.ts';

/**
 * y = x·W + b, the same at every position.
 *
 * @param x [batch, window, in]
 * @param kernel [in, out]
 * @param bias [out]
 * @returns [batch, window, out]
 * @throws AttentionError when the shapes do not fit
 */
export function linear(x: tf.Tensor3D, kernel: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor3D {
  const [batch, window, width] = x.shape;
  const [rows, units] = kernel.shape;
  check(width === rows && fits(bias, [units]), x, kernel, bias, '[in, out] and [out]');
  return tf.tidy(() => {
    const a = tf.reshape(x, [batch * window, width]);
    const y = tf.fused.matMul({ a, b: kernel, ...(bias && { bias }) });
    return tf.reshape(y, [batch, window, units]);
  });
}

/**
 * y[t] = x[t]·W[t] + b[t]: every position t of the window has weights of its own, as in the cisformer.
 * [papers.md §1 (r)]
 *
 * @param x [batch, window, in]
 * @param kernel [window, in, out]
 * @param bias [window, out]
 * @returns [batch, window, out]
 * @throws AttentionError when the shapes do not fit
 */
export function positionWiseLinear(x: tf.Tensor3D, kernel: tf.Tensor3D, bias?: tf.Tensor2D): tf.Tensor3D {
  const [, window, width] = x.shape;
  const [positions, rows, units] = kernel.shape;
  check(
    window === positions && width === rows && fits(bias, [window, units]),
    x,
    kernel,
    bias,
    '[window, in, out] and [window, out]',
  );
  const fused = fusedKernel('SwitchyardPositionWiseDense');
  if (fused) return fused([x, kernel, ...(bias ? [bias] : [])], { activation: 'linear' })[0] as tf.Tensor3D;
  return tf.tidy(() => {
    // One matrix product per position needs the positions in front: [window, batch, in]·[window, in, out].
    const y = tf.transpose(tf.matMul<tf.Tensor3D>(tf.transpose(x, [1, 0, 2]), kernel), [1, 0, 2]);
    return bias ? tf.add<tf.Tensor3D>(y, bias) : y;
  });
}

function fits(bias: tf.Tensor | undefined, shape: number[]): boolean {
  return bias === undefined || tf.util.arraysEqual(bias.shape, shape);
}

function check(ok: boolean, x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor | undefined, rule: string): void {
  if (ok) return;
  const received = [x, kernel, ...(bias ? [bias] : [])].map(({ shape }) => formatShape(shape)).join(', ');
  throw new AttentionError(
    'SWITCHYARD_ATTENTION_SHAPE',
    `input, kernel, bias ${received}: must be [batch, window, in], ${rule}`,
  );
}
