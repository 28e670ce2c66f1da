import * as tf from '@tensorflow/tfjs';

/**
 * Gradient of a softmax with respect to its logits: ∂z = w ⊙ (∂w − Σ ∂w ⊙ w).
 *
 * Where one weight is nearly 1 that difference is rounding error next to the true gradient, so the mean is removed twice:
 * the second pass removes the error of the first, for the price of three more elementwise steps.
 *
 * @param upstream ∂w
 * @param weights w, rows that add up to 1, or to 0 where all keys are masked
 */
export function softmaxGradient(upstream: tf.Tensor4D, weights: tf.Tensor): tf.Tensor4D {
  const centred = tf.sub(upstream, tf.sum(tf.mul(upstream, weights), -1, true));
  const gradient = tf.mul<tf.Tensor4D>(centred, weights);
  return tf.sub(gradient, tf.mul(weights, tf.sum(gradient, -1, true)));
}
