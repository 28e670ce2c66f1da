import * as tf from '@tensorflow/tfjs';
import { AttentionError, formatShape } from './errors.ts';
import { fusedKernel } from './fused-kernel.ts';

/** The activations that products apply themselves. */
export type LinearActivation = 'linear' | 'relu';

/**
 * y = activation(x·W + b), the same at every position.
 *
 * @param x [..., in], two axes or more
 * @param kernel [in, out]
 * @param bias [out]
 * @param activation default 'linear', which leaves x·W + b as it is
 * @returns [..., out]
 * @throws AttentionError when the shapes do not fit
 */
export function linear<T extends tf.Tensor>(
  x: T,
  kernel: tf.Tensor2D,
  bias?: tf.Tensor1D,
  activation: LinearActivation = 'linear',
): T {
  const leading = x.shape.slice(0, -1);
  const [rows, units] = kernel.shape;
  check(
    leading.length > 0 && x.shape.at(-1) === rows && fits(bias, [units]),
    x,
    kernel,
    bias,
    '[..., in], [in, out] and [out]',
  );
  const fused = fusedKernel('SwitchyardDense');
  if (fused) return fused([x, kernel, ...(bias ? [bias] : [])], { activation })[0] as T;
  return tf.tidy(() => {
    const a = tf.reshape<tf.Rank.R2>(x, [tf.util.sizeFromShape(leading), rows]);
    const y = tf.fused.matMul({ a, b: kernel, activation, ...(bias && { bias }) });
    return tf.reshape(y, [...leading, units]) as T;
  });
}

/**
 * y[t] = activation(x[t]·W[t] + b[t]): every position t of the window has weights of its own, as in the cisformer.
 * [PAPERS.md §1 (r)]
 *
 * @param x [batch, window, in]
 * @param kernel [window, in, out]
 * @param bias [window, out]
 * @param activation default 'linear', which leaves x[t]·W[t] + b[t] as it is
 * @returns [batch, window, out]
 * @throws AttentionError when the shapes do not fit
 */
export function positionWiseLinear(
  x: tf.Tensor3D,
  kernel: tf.Tensor3D,
  bias?: tf.Tensor2D,
  activation: LinearActivation = 'linear',
): tf.Tensor3D {
  const [, window, width] = x.shape;
  const [positions, rows, units] = kernel.shape;
  check(
    window === positions && width === rows && fits(bias, [window, units]),
    x,
    kernel,
    bias,
    '[batch, window, in], [window, in, out] and [window, out]',
  );
  const fused = fusedKernel('SwitchyardPositionWiseDense');
  if (fused) return fused([x, kernel, ...(bias ? [bias] : [])], { activation })[0] as tf.Tensor3D;
  return tf.tidy(() => {
    // One matrix product per position needs the positions in front: [window, batch, in]·[window, in, out].
    const product = tf.transpose(tf.matMul<tf.Tensor3D>(tf.transpose(x, [1, 0, 2]), kernel), [1, 0, 2]);
    const y = bias ? tf.add<tf.Tensor3D>(product, bias) : product;
    return activation === 'relu' ? tf.relu(y) : y;
  });
}

function fits(bias: tf.Tensor | undefined, shape: number[]): boolean {
  return bias === undefined || tf.util.arraysEqual(bias.shape, shape);
}

function check(ok: boolean, x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor | undefined, rule: string): void {
  if (ok) return;
  const received = [x, kernel, ...(bias ? [bias] : [])].map(({ shape }) => formatShape(shape)).join(', ');
  throw new AttentionError('SWITCHYARD_ATTENTION_SHAPE', `input, kernel, bias ${received}: must be ${rule}`);
}
