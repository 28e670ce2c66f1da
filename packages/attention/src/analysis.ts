import * as tf from '@tensorflow/tfjs';
import { AttentionError, formatShape } from './errors.ts';

/**
 * Entropy of each row of attention weights in nats: H = −Σ_j p_j·ln p_j with p_j = |w_j| / Σ|w|. From 0 (one key) to
 * ln(keys) (all alike); 0 for a row of zeros. For non-negative rows it is Shannon's entropy; magnitudes for signed ones
 * are our choice (r).
 *
 * @param weights [..., queries, keys]
 * @returns [..., queries]
 */
export function attentionEntropy(weights: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const magnitudes = tf.abs(weights);
    const p = tf.divNoNan(magnitudes, tf.sum(magnitudes, -1, true));
    // p·ln p → 0 as p → 0: there the logarithm is taken of 1.
    const logarithms = tf.log(tf.add(p, tf.cast(tf.equal(p, 0), 'float32')));
    return tf.neg(tf.sum(tf.mul(p, logarithms), -1));
  });
}

/**
 * Share of negative weight in each row: Σ_j max(−w_j, 0) / Σ_j |w_j|, in [0, 1]; 0 for a row of zeros. Zero under
 * dot-product and expressive attention; under Cog attention the part of a row that deletes rather than copies.
 * (r; motivated by [L24], claim 7 of PAPERS.md §3)
 *
 * @param weights [..., queries, keys]
 * @returns [..., queries]
 */
export function negativeMass(weights: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.divNoNan(tf.sum(tf.relu(tf.neg(weights)), -1), tf.sum(tf.abs(weights), -1)));
}

/**
 * L∞ distance of hidden states: max_d |a_d − b_d|. Between the last tokens of sequences of n and of n + 1 equal tokens it
 * measures representational collapse: where it vanishes as n grows, the lengths cannot be told apart. (Barbero et al. 2024,
 * "Transformers need glasses!"; [L24], claim 8 of PAPERS.md §3 (p))
 *
 * @param a [..., width]
 * @param b the same
 * @returns [...]
 */
export function stateDistance(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.max(tf.abs(tf.sub(a, b)), -1));
}

/**
 * Pearson's kurtosis over the last axis: mean((x − μ)⁴) / mean((x − μ)²)². 3 for normal values, 1 at least, n for one
 * outlier among many equal values; 0 where all values are equal. Large values for a row of weights mean a few sharp
 * peaks; for hidden states, outlier features. (r)
 *
 * @param x [..., n]
 * @returns [...]
 */
export function kurtosis(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const square = tf.square(tf.sub(x, tf.mean(x, -1, true)));
    return tf.divNoNan(tf.mean(tf.square(square), -1), tf.square(tf.mean(square, -1)));
  });
}

/**
 * Number of paths by which information effectively flows from each token through a stack of attention layers to each
 * other token. In every layer a token reaches itself through the residual connection (weight 1) and token j through
 * each head h (weight w_hij); a path's weight is the product along it. With P the sum over all paths from j to i of their
 * weights and S the sum of their squared weights,
 *
 *     effective paths = P² / S,   P = Π_l (I + Σ_h W_lh),   S = Π_l (I + Σ_h W_lh ⊙ W_lh)
 *
 * which is n for n equal paths, less for unequal ones, and less again where negative weights make paths cancel; 0 where
 * there is no path. (r: [L24] states that negative weights "reduce effective information paths" (p), claim 8 of
 * PAPERS.md §3, and gives no formula that we know of)
 *
 * @param layers weights [batch, heads, tokens, tokens] of each layer, the first layer first
 * @returns [batch, tokens (reached), tokens (origin)]
 * @throws AttentionError when there is no layer, or one is not [batch, heads, tokens, tokens]
 */
export function effectivePaths(layers: tf.Tensor4D[]): tf.Tensor3D {
  const [first] = layers;
  if (!first)
    throw new AttentionError('SWITCHYARD_ATTENTION_SHAPE', 'effectivePaths: needs the weights of one layer at least');
  const [batch, , tokens] = first.shape;
  for (const { shape } of layers) {
    if (shape.length !== 4 || shape[0] !== batch || shape[2] !== tokens || shape[3] !== tokens) {
      throw new AttentionError(
        'SWITCHYARD_ATTENTION_SHAPE',
        `weights ${formatShape(shape)}: every layer must be [batch, heads, tokens, tokens] = [${batch}, heads, ${tokens}, ${tokens}]`,
      );
    }
  }
  return tf.tidy(() => {
    const identity = tf.eye(tokens);
    const product = (edges: (weights: tf.Tensor4D) => tf.Tensor4D): tf.Tensor3D =>
      layers
        .map((weights) => tf.add<tf.Tensor3D>(tf.sum(edges(weights), 1), identity))
        .reduce((below, layer) => tf.matMul(layer, below));
    return tf.divNoNan(
      tf.square(product((weights) => weights)),
      product((weights) => tf.square(weights)),
    );
  });
}
