import * as tf from '@tensorflow/tfjs';
import { attend } from './attend.ts';
import { type AttentionOptions, resolveReach } from './options.ts';
import { addAll, additiveReach, multiplyAll } from './reach.ts';
import { softmaxGradient } from './softmax-gradient.ts';
import { weightsFromLogits } from './weights-from-logits.ts';

/**
 * Cog attention: w = sign(p) ⊙ softmax(|p|), p = s·(q·k), output w·v. Weights may be negative; Σ|w| = 1 where no logit
 * of the row is zero, and the signed row sum lies in [−1, 1]. sign(0) = 0. [L24, PAPERS.md §3 (c)]
 *
 * `mask` and `causal` remove keys before the softmax of |p|; `alibi` adds −slope·distance to |p|, which keeps p → −p an
 * exact change of sign (r: the paper does not combine the two). Gradients flow to query, key and value (first
 * derivatives); sign is locally constant, and the derivative of |p| at 0 is taken as 0.
 *
 * @param query [batch, heads, queries, head_dim]
 * @param key [batch, heads, keys, head_dim]
 * @param value [batch, heads, keys, any]
 * @returns [batch, heads, queries, any]
 * @throws AttentionError when shapes do not fit or the scale is not finite
 */
export function cogAttention(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  return attend('cog', cogAttentionWeights, query, key, value, options);
}

/**
 * The signed weights of `cogAttention`.
 *
 * @returns [batch, heads, queries, keys]
 * @throws AttentionError when shapes do not fit or the scale is not finite
 */
export function cogAttentionWeights(query: tf.Tensor4D, key: tf.Tensor4D, options: AttentionOptions = {}): tf.Tensor4D {
  return tf.tidy(() => {
    const reach = resolveReach(query, key, options);
    const { biases, clears } = additiveReach(reach);
    return weightsFromLogits(query, key, reach.scale, (logits) => {
      const signs = tf.sign(logits);
      const magnitudes = multiplyAll(tf.softmax(addAll(tf.abs(logits), biases)), clears);
      return {
        value: tf.mul<tf.Tensor4D>(signs, magnitudes),
        saved: [signs, magnitudes],
        gradient: (upstream, [sign, magnitude]) => tf.mul(sign!, softmaxGradient(tf.mul(upstream, sign!), magnitude!)),
      };
    });
  });
}
