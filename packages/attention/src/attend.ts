import * as tf from '@tensorflow/tfjs';
import { type AttentionOptions, checkValue } from './options.ts';

/**
 * o = w·v, [batch, heads, queries, head_dim].
 *
 * Every attention function ends here with all of its arguments: this is the one place where a backend's fused kernel
 * can take over from the composition, which stays its specification.
 */
export function attend<O extends AttentionOptions>(
  weights: (query: tf.Tensor4D, key: tf.Tensor4D, options: O) => tf.Tensor4D,
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  options: O,
): tf.Tensor4D {
  checkValue(key, value);
  return tf.tidy(() => tf.matMul(weights(query, key, options), value));
}
