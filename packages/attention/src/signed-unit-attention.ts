import * as tf from '@tensorflow/tfjs';
import { cogAttention } from './cog-attention.ts';
import { constant } from './constants.ts';
import { dotProductAttention } from './dot-product-attention.ts';
import { fusedKernel } from './fused-kernel.ts';
import { type AttentionOptions, checkValue, resolveReach } from './options.ts';
import { addAll, additiveReach, multiplicativeReach, multiplyAll } from './reach.ts';
import { softmaxGradient } from './softmax-gradient.ts';
import { weightsFromLogits } from './weights-from-logits.ts';

/**
 * Signed attention whose rows add up to 1: w_j = c_j + (1 − Σ_k c_k) / n, c = sign(p) ⊙ softmax(|p|) the weights of Cog
 * attention, p = s·(q·k), n the number of keys that the query may attend to; output w·v. What a row of Cog attention lacks
 * to 1 (between 0 and 2) is spread evenly over its keys. Weights may be negative, lie in [−1, 1 + 1/n], are finite for
 * every score, and equal those of dot-product attention where all scores are positive; Cog's weights divided by their sum
 * would be singular where that sum is 0. (r: a control for Cog attention, in which sign and non-unit row sum are
 * confounded; see PAPERS.md §3, open questions of [L24]'s readers)
 *
 * `mask`, `causal` and `alibi` act on c as in `cogAttention`; the even share goes to all keys that they leave. Gradients flow
 * to query, key and value (first derivatives); sign is locally constant.
 *
 * @param query [batch, heads, queries, head_dim]
 * @param key [batch, heads, keys, head_dim]
 * @param value [batch, heads, keys, any]
 * @returns [batch, heads, queries, any]
 * @throws AttentionError when shapes do not fit or the scale is not finite
 */
export function signedUnitAttention(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  checkValue(key, value);
  return tf.tidy(() => {
    if (fusedKernel('SwitchyardAttention') && !options.mask) return composed(query, key, value, options);
    return tf.matMul(signedUnitAttentionWeights(query, key, options), value);
  });
}

/**
 * The signed weights of `signedUnitAttention`: rows add up to 1, or to 0 where every key is masked.
 *
 * @returns [batch, heads, queries, keys]
 * @throws AttentionError when shapes do not fit or the scale is not finite
 */
export function signedUnitAttentionWeights(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const reach = resolveReach(query, key, options);
    const { biases, clears } = additiveReach(reach);
    const { masks } = multiplicativeReach({ ...reach, alibi: false });
    return weightsFromLogits(query, key, reach.scale, (logits) => {
      const signs = tf.sign(logits);
      const magnitudes = multiplyAll(tf.softmax(addAll(tf.abs(logits), biases)), clears);
      const allowed = multiplyAll(tf.onesLike(logits), masks);
      const even = tf.divNoNan(allowed, tf.sum(allowed, -1, true)); // [batch, heads, queries, keys]
      const cog = tf.mul<tf.Tensor4D>(signs, magnitudes);
      return {
        value: tf.add(cog, tf.mul(even, tf.sub(1, tf.sum(cog, -1, true)))),
        saved: [signs, magnitudes, even],
        // ∂c = ∂w − Σ ∂w ⊙ even, then as in Cog attention
        gradient: (upstream, [sign, magnitude, share]) => {
          const centred = tf.sub(upstream, tf.sum(tf.mul(upstream, share!), -1, true));
          return tf.mul(sign!, softmaxGradient(tf.mul(centred, sign!), magnitude!));
        },
      };
    });
  });
}

/** c·v + (1 − c·1) ⊙ mean(v), of the attention functions that backends have fused. */
function composed(query: tf.Tensor4D, key: tf.Tensor4D, value: tf.Tensor4D, options: AttentionOptions): tf.Tensor4D {
  const [batch, heads, keys, width] = value.shape;
  const ones = repeated(1, [batch, heads, keys, 1]);
  const cog = cogAttention(query, key, tf.concat([value, ones], 3), options); // [batch, heads, queries, width + 1]
  const lacking = tf.sub(1, tf.slice(cog, [0, 0, 0, width]));
  const average = dotProductAttention(repeated(0, query.shape), key, value, { ...options, scale: 1, alibi: false });
  return tf.add(tf.slice(cog, [0, 0, 0, 0], [-1, -1, -1, width]), tf.mul(lacking, average));
}

function repeated(value: number, shape: tf.Tensor4D['shape']): tf.Tensor4D {
  return constant(`${value} ${shape.join('×')}`, shape, (values) => values.fill(value)) as tf.Tensor4D;
}
