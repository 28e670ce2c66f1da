import * as tf from '@tensorflow/tfjs';
import { attend } from './attend.ts';
import { type AttentionOptions, resolveReach } from './options.ts';
import { addAll, additiveReach, multiplyAll } from './reach.ts';
import { softmaxGradient } from './softmax-gradient.ts';
import { weightsFromLogits } from './weights-from-logits.ts';

/**
 * Dot-product attention: w = softmax(z), z = s·(q·k), output w·v. [PAPERS.md §2; Vaswani et al. 2017]
 *
 * `mask` and `causal` remove keys before the softmax; `alibi` adds −slope·distance to z. Gradients flow to query, key
 * and value (first derivatives).
 *
 * @param query [batch, heads, queries, head_dim]
 * @param key [batch, heads, keys, head_dim]
 * @param value [batch, heads, keys, any]
 * @returns [batch, heads, queries, any]
 * @throws AttentionError when shapes do not fit or the scale is not finite
 */
export function dotProductAttention(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  return attend('dpa', dotProductAttentionWeights, query, key, value, options);
}

/**
 * The weights of `dotProductAttention`: each row is a probability distribution over the keys it may attend to.
 *
 * @returns [batch, heads, queries, keys]
 * @throws AttentionError when shapes do not fit or the scale is not finite
 */
export function dotProductAttentionWeights(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const reach = resolveReach(query, key, options);
    const { biases, clears } = additiveReach(reach);
    return weightsFromLogits(query, key, reach.scale, (logits) => {
      const weights = multiplyAll(tf.softmax(addAll(logits, biases)), clears);
      return {
        value: weights,
        saved: [weights],
        gradient: (upstream, [w]) => softmaxGradient(upstream, w!),
      };
    });
  });
}
