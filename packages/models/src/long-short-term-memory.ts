import { fusedKernel } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';

export interface LongShortTermMemoryState {
  /** Hidden state after every step, [batch, window, units]. */
  readonly outputs: tf.Tensor3D;
  /** Hidden state after the last step, [batch, units]. */
  readonly hidden: tf.Tensor2D;
  /** Cell state after the last step, [batch, units]. */
  readonly cell: tf.Tensor2D;
}

/**
 * A long short-term memory over a whole window, from a zero state:
 *
 *     i, f, g, o = split(x[t]·kernel + bias + h[t−1]·recurrentKernel)
 *     c[t] = σ(f) ⊙ c[t−1] + σ(i) ⊙ tanh(g)
 *     h[t] = σ(o) ⊙ tanh(c[t])
 *
 * The gates stand in PyTorch's order i, f, g, o. PyTorch keeps transposed kernels and two biases that are added:
 * `kernel` = weight_ihᵀ, `recurrentKernel` = weight_hhᵀ, `bias` = bias_ih + bias_hh.
 *
 * @param x [batch, window, features]
 * @param kernel [features, 4 · units]
 * @param recurrentKernel [units, 4 · units]
 * @param bias [4 · units]
 */
export function longShortTermMemory(
  x: tf.Tensor3D,
  kernel: tf.Tensor2D,
  recurrentKernel: tf.Tensor2D,
  bias: tf.Tensor1D,
): LongShortTermMemoryState {
  return recurrence(projectInputs(x, kernel), recurrentKernel, bias);
}

/** x·kernel for all steps at once, in one product: [batch, window, features] → [batch, window, 4 · units]. */
export function projectInputs(x: tf.Tensor3D, kernel: tf.Tensor2D): tf.Tensor3D {
  const [batch, window, features] = x.shape;
  const rows = tf.reshape<tf.Rank.R2>(x, [batch * window, features]);
  return tf.reshape(tf.matMul(rows, kernel), [batch, window, kernel.shape[1]]);
}

/** `longShortTermMemory` from its projected inputs x·kernel, [batch, window, 4 · units]. */
function recurrence(projected: tf.Tensor3D, recurrentKernel: tf.Tensor2D, bias: tf.Tensor1D): LongShortTermMemoryState {
  const [batch] = projected.shape;
  const [units] = recurrentKernel.shape;
  // Time comes first, so that a step is one stretch of memory.
  const steps = tf.unstack(tf.transpose(tf.add(projected, bias), [1, 0, 2])) as tf.Tensor2D[];

  const outputs: tf.Tensor2D[] = [];
  let hidden = tf.zeros([batch, units]) as tf.Tensor2D;
  let cell = hidden;
  for (const step of steps) {
    const gates = tf.add(step, tf.matMul(hidden, recurrentKernel)); // [batch, 4 · units]
    const [input, forget, candidate, output] = tf.split(gates, 4, 1) as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    cell = tf.add(tf.mul(tf.sigmoid(forget), cell), tf.mul(tf.sigmoid(input), tf.tanh(candidate)));
    hidden = tf.mul(tf.sigmoid(output), tf.tanh(cell));
    outputs.push(hidden);
  }
  return { outputs: tf.transpose(tf.stack(outputs), [1, 0, 2]) as tf.Tensor3D, hidden, cell };
}

/** `recurrence(…).outputs`, by the backend's fused kernel where it has one; its specification is the function above. */
export function recurrenceOutputs(
  projected: tf.Tensor3D,
  recurrentKernel: tf.Tensor2D,
  bias: tf.Tensor1D,
): tf.Tensor3D {
  const fused = fusedKernel('SwitchyardLstm');
  if (fused) return fused([projected, recurrentKernel, bias])[0] as tf.Tensor3D;
  return recurrence(projected, recurrentKernel, bias).outputs;
}
