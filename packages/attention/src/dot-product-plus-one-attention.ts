import * as tf from '@tensorflow/tfjs';
import { constant } from './constants.ts';
import { dotProductAttention } from './dot-product-attention.ts';
import { fusedKernel } from './fused-kernel.ts';
import { type AttentionOptions, checkValue, resolveReach } from './options.ts';
import { addAll, additiveReach } from './reach.ts';
import { softmaxGradient } from './softmax-gradient.ts';
import { weightsFromLogits } from './weights-from-logits.ts';

/**
 * Dot-product attention with 1 in the denominator: w_j = exp(z_j) / (1 + Σ_k exp(z_k)), z = s·(q·k), output w·v. It is
 * softmax with one more key of score 0 and value 0: rows add up to less than 1, and a query may attend to nothing. (Known
 * as "softmax-off-by-one" or quiet attention. r: here it is a control for Cog attention, whose signed rows do not add up
 * to 1 either; see PAPERS.md §3, open questions of [L24]'s readers)
 *
 * `mask` and `causal` remove keys before the softmax; `alibi` adds −slope·distance to z, not to the score 0. Gradients flow
 * to query, key and value (first derivatives).
 *
 * @param query [batch, heads, queries, head_dim]
 * @param key [batch, heads, keys, head_dim]
 * @param value [batch, heads, keys, any]
 * @returns [batch, heads, queries, any]
 * @throws AttentionError when shapes do not fit or the scale is not finite
 */
export function dotProductPlusOneAttention(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  checkValue(key, value);
  return tf.tidy(() => {
    if (fusedKernel('SwitchyardAttention') && !options.mask && !options.alibi) {
      // The first of the keys is seen by every query that sees any.
      return dotProductAttention(query, withNothing(key), withNothing(value), options);
    }
    return tf.matMul(dotProductPlusOneAttentionWeights(query, key, options), value);
  });
}

/**
 * The weights of `dotProductPlusOneAttention`: positive, each row of sum Σ exp(z) / (1 + Σ exp(z)) < 1.
 *
 * @returns [batch, heads, queries, keys]
 * @throws AttentionError when shapes do not fit or the scale is not finite
 */
export function dotProductPlusOneAttentionWeights(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const reach = resolveReach(query, key, options);
    const { biases } = additiveReach(reach);
    return weightsFromLogits(query, key, reach.scale, (logits) => {
      const beside = logits.shape.with(3, 1) as [number, number, number, number];
      const extended = tf.softmax(tf.concat([tf.zeros(beside), addAll(logits, biases)], 3)); // [batch, heads, queries, 1 + keys]
      const own = (x: tf.Tensor): tf.Tensor4D => tf.slice(x as tf.Tensor4D, [0, 0, 0, 1]);
      return {
        value: own(extended),
        saved: [extended],
        gradient: (upstream, [w]) => own(softmaxGradient(tf.concat([tf.zeros(beside), upstream], 3), w!)),
      };
    });
  });
}

/** [batch, heads, tokens, any] → [batch, heads, 1 + tokens, any], zeros first */
function withNothing(x: tf.Tensor4D): tf.Tensor4D {
  const shape = x.shape.with(2, 1);
  return tf.concat([constant(`nothing ${shape.join('×')}`, shape, () => {}) as tf.Tensor4D, x], 2);
}
