import * as tf from '@tensorflow/tfjs';
import { AttentionError, formatShape } from './errors.ts';

/** What heads do with the tokens they attend to: shares in [0, 1], [heads] each. */
export interface HeadRoles {
  /** Σ of −w where w < 0, of all Σ|w|: the share of negative attention mass. */
  readonly negative: tf.Tensor1D;
  /** Effect that raises the logit of the attended token. */
  readonly copied: tf.Tensor1D;
  /** Effect that lowers it because the weight is negative: the query–key circuit deletes. */
  readonly deletedByWeight: tf.Tensor1D;
  /** Effect that lowers it under a positive weight: the output–value circuit deletes. */
  readonly deletedByOutput: tf.Tensor1D;
  /** Keys in reach that are left alone: |w| below half of an even share, 1/(2n) of n keys. */
  readonly kept: tf.Tensor1D;
}

/**
 * Scores of each head for copying, deleting and keeping what it attends to. The effect of query i's attention on key j is
 *
 *     m_ij = w_ij · a_ij,   a_ij = (what the head adds per unit of weight on key j) · (unembedding of the token at j)
 *
 * the direct contribution to that token's own logit. `copied`, `deletedByWeight` (w < 0) and `deletedByOutput` (w > 0) are the
 * shares of Σ|m| with m > 0, and with m < 0 by the sign of the weight: they add up to 1, or to 0 where a head does
 * nothing. Under softmax every deletion is by output; [L24] claims that in Cog attention the sign of the weight does it and one
 * head deletes, copies and keeps at once (claim 7 of PAPERS.md §3 (p); these scores are our reconstruction (r)).
 *
 * @param weights [batch, heads, queries, keys], of causal attention
 * @param alignment a, broadcastable to the same shape: see `MultiHeadAttention.alignments`
 * @throws AttentionError when the shapes do not fit
 */
export function headRoles(weights: tf.Tensor4D, alignment: tf.Tensor4D): HeadRoles {
  const [batch, heads, queries, keys] = weights.shape;
  const whole = [batch, heads, queries, keys];
  if (alignment.shape.length !== 4 || alignment.shape.some((size, axis) => size !== 1 && size !== whole[axis])) {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_SHAPE',
      `alignment ${formatShape(alignment.shape)}: must broadcast to the weights ${formatShape(weights.shape)}`,
    );
  }
  const [negative, copied, deletedByWeight, deletedByOutput, kept] = tf.tidy(() => {
    const perHead = (x: tf.Tensor): tf.Tensor1D => tf.sum(x, [0, 2, 3]);
    const effect = tf.mul(weights, alignment);
    const lowering = tf.relu(tf.neg(effect));
    const below = tf.cast(tf.less(weights, 0), 'float32');
    const all = perHead(tf.abs(effect));
    const share = (part: tf.Tensor): tf.Tensor1D => tf.divNoNan(perHead(part), all);
    // The last query is aligned with the last key: query i reaches i + 1 + keys − queries of them.
    const reach = tf.reshape(tf.maximum(tf.range(keys - queries + 1, keys + 1), 0), [queries, 1]);
    const inReach = tf.cast(tf.less(tf.range(0, keys), reach), 'float32'); // [queries, keys]
    const alone = tf.cast(tf.less(tf.mul(tf.abs(weights), tf.mul(reach, 2)), 1), 'float32');
    return [
      tf.divNoNan(perHead(tf.relu(tf.neg(weights))), perHead(tf.abs(weights))),
      share(tf.relu(effect)),
      share(tf.mul(lowering, below)),
      share(tf.mul(lowering, tf.sub(1, below))),
      tf.divNoNan(perHead(tf.mul(alone, inReach)), tf.mul(batch, tf.sum(inReach))),
    ] as tf.Tensor1D[];
  });
  return {
    negative: negative!,
    copied: copied!,
    deletedByWeight: deletedByWeight!,
    deletedByOutput: deletedByOutput!,
    kept: kept!,
  };
}
