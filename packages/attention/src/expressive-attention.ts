import * as tf from '@tensorflow/tfjs';
import { attend } from './attend.ts';
import { type AttentionOptions, resolveReach } from './options.ts';
import { multiplicativeReach, multiplyAll } from './reach.ts';
import { weightsFromLogits } from './weights-from-logits.ts';

/** Options of expressive attention. */
export interface ExpressiveAttentionOptions extends AttentionOptions {
  /** Divide each row by its sum, so that it adds up to 1 (the papers' default). False leaves "extensive" rows. */
  normalizeWeights?: boolean;
}

/** Keeps a row whose scores are all zero at zero instead of 0/0. [PAPERS.md §2] */
export const expressiveEpsilon = 1e-9;

/** z² overflows float32 beyond 1.8e19, while z²/(1 + z²) rounds to 1 from 4.1e3 on: clipping here changes no weight. */
const logitLimit = 1e9;

/**
 * Expressive attention: u = z²/(1 + z²), w = u / (Σ u + 1e-9), z = s·(q·k), output w·v. Weights are large for parallel
 * and antiparallel query and key, small for orthogonal ones. [G24, PAPERS.md §2: square of the dot product (p), this
 * rational form and the row normalisation (s)]
 *
 * `mask` and `causal` multiply u by 0 or 1; `alibi` multiplies u by exp(−slope·distance), so that z → −z stays a
 * symmetry. The papers use s = 1; the default here is 1/√head_dim, as for all mechanisms. Gradients flow to query, key
 * and value (first derivatives).
 *
 * @param query [batch, heads, queries, head_dim]
 * @param key [batch, heads, keys, head_dim]
 * @param value [batch, heads, keys, any]
 * @returns [batch, heads, queries, any]
 * @throws AttentionError when shapes do not fit or the scale is not finite
 */
export function expressiveAttention(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  options: ExpressiveAttentionOptions = {},
): tf.Tensor4D {
  return attend('ea', expressiveAttentionWeights, query, key, value, options);
}

/**
 * The weights of `expressiveAttention`: rows add up to 1, or to 0 where every score is zero or masked.
 *
 * @returns [batch, heads, queries, keys]
 * @throws AttentionError when shapes do not fit or the scale is not finite
 */
export function expressiveAttentionWeights(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  options: ExpressiveAttentionOptions = {},
): tf.Tensor4D {
  const { normalizeWeights = true } = options;
  return tf.tidy(() => {
    const reach = resolveReach(query, key, options);
    const { masks, decays } = multiplicativeReach(reach);
    return weightsFromLogits(query, key, reach.scale, (logits) => {
      // A masked logit set to zero has weight 0 and slope 0: the mask need not appear in the gradient.
      const z = multiplyAll(tf.clipByValue(logits, -logitLimit, logitLimit), masks);
      const square = tf.square(z);
      const denominator = tf.add(square, 1) as tf.Tensor4D;
      const scores = multiplyAll(tf.div(square, denominator), decays);

      // ∂u/∂z = 2z/(1 + z²)², in an order that neither overflows nor divides by z
      const throughScores = (upstream: tf.Tensor4D, logit: tf.Tensor, divisor: tf.Tensor): tf.Tensor4D =>
        multiplyAll(tf.div(tf.div(tf.mul(upstream, logit), divisor), divisor), decays);

      if (!normalizeWeights) {
        return {
          value: scores,
          saved: [z, denominator],
          gradient: (upstream, [logit, divisor]) => tf.mul(throughScores(upstream, logit!, divisor!), 2),
        };
      }
      const total = tf.add(tf.sum(scores, -1, true), expressiveEpsilon); // [batch, heads, queries, 1]
      const weights = tf.div<tf.Tensor4D>(scores, total);
      return {
        value: weights,
        saved: [z, denominator, total, weights],
        // ∂u = (∂w − Σ ∂w ⊙ w) / total; the factor 2 of ∂u/∂z goes into the total, the smallest tensor
        gradient: (upstream, [logit, divisor, sum, w]) => {
          const centred = tf.sub(upstream, tf.sum(tf.mul(upstream, w!), -1, true));
          return throughScores(tf.div(centred, tf.mul(sum!, 0.5)), logit!, divisor!);
        },
      };
    });
  });
}
