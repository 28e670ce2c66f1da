import * as tf from '@tensorflow/tfjs';
import { alibiSlopes } from './alibi.ts';
import { type ExpressiveAttentionOptions, expressiveEpsilon } from './expressive-attention.ts';
import type { AttentionOptions } from './options.ts';

// Each mechanism as its formula reads, in plain tf operations with tfjs's own gradients: the specification that the
// functions of this package and the fused kernels of backends are tested against. Slow; arguments are not checked.

/** w = softmax(z − slope·distance) over the keys that may be attended to */
export function naiveDotProductAttentionWeights(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const z = logits(query, key, options);
    const penalty = tf.mul(slopes(query), distances(query, key));
    return maskedSoftmax(options.alibi ? tf.sub(z, penalty) : z, allowed(query, key, options));
  });
}

/** u = z²/(1 + z²) ⊙ allowed ⊙ exp(−slope·distance), w = u / (Σ u + ε) */
export function naiveExpressiveAttentionWeights(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  options: ExpressiveAttentionOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const square = tf.square(logits(query, key, options));
    const decay = tf.exp(tf.neg(tf.mul(slopes(query), distances(query, key))));
    const scores = tf.mul<tf.Tensor4D>(tf.div(square, tf.add(1, square)), allowed(query, key, options));
    const decayed = options.alibi ? tf.mul<tf.Tensor4D>(scores, decay) : scores;
    if (options.normalizeWeights === false) return decayed;
    return tf.div(decayed, tf.add(tf.sum(decayed, -1, true), expressiveEpsilon));
  });
}

/** w = sign(p) ⊙ softmax(|p| − slope·distance) over the keys that may be attended to */
export function naiveCogAttentionWeights(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const p = logits(query, key, options);
    const penalty = tf.mul(slopes(query), distances(query, key));
    const magnitude = options.alibi ? tf.sub<tf.Tensor4D>(tf.abs(p), penalty) : tf.abs(p);
    return tf.mul(tf.sign(p), maskedSoftmax(magnitude, allowed(query, key, options)));
  });
}

/** w = exp(z − slope·distance) / (1 + Σ exp(z − slope·distance)) over the keys that may be attended to */
export function naiveDotProductPlusOneAttentionWeights(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const z = logits(query, key, options);
    const penalty = tf.mul(slopes(query), distances(query, key));
    const mask = allowed(query, key, options);
    const reachable = tf.where(
      tf.broadcastTo(mask, z.shape).cast('bool'),
      options.alibi ? tf.sub<tf.Tensor4D>(z, penalty) : z,
      -1e30,
    );
    // numerator and denominator times exp(−m), m the largest exponent there is: no exponential overflows
    const largest = tf.maximum(tf.max(reachable, -1, true), 0);
    const exponentials = tf.mul<tf.Tensor4D>(tf.exp(tf.sub(reachable, largest)), mask);
    return tf.div(exponentials, tf.add(tf.exp(tf.neg(largest)), tf.sum(exponentials, -1, true)));
  });
}

/** w = c + (1 − Σ c) / n, c the weights of Cog attention, over the n keys that may be attended to */
export function naiveSignedUnitAttentionWeights(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  options: AttentionOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const c = naiveCogAttentionWeights(query, key, options);
    const mask = tf.broadcastTo(allowed(query, key, options), c.shape);
    const lacking = tf.sub(1, tf.sum(c, -1, true));
    return tf.add(c, tf.mul(mask, tf.divNoNan(lacking, tf.sum(mask, -1, true))));
  });
}

/** z = s·(q·k) */
function logits(query: tf.Tensor4D, key: tf.Tensor4D, { scale }: AttentionOptions): tf.Tensor4D {
  const headWidth = query.shape[3];
  return tf.mul(tf.matMul(query, key, false, true), scale ?? 1 / Math.sqrt(headWidth));
}

/** position of the query − position of the key, the last of both aligned: [queries, keys] */
function offsets(query: tf.Tensor4D, key: tf.Tensor4D): tf.Tensor2D {
  const queries = query.shape[2];
  const keys = key.shape[2];
  return tf.sub(tf.range(keys - queries, keys).expandDims(1), tf.range(0, keys).expandDims(0));
}

function distances(query: tf.Tensor4D, key: tf.Tensor4D): tf.Tensor2D {
  return tf.abs(offsets(query, key));
}

/** [heads, 1, 1] */
function slopes(query: tf.Tensor4D): tf.Tensor3D {
  const heads = query.shape[1];
  return tf.tensor3d(alibiSlopes(heads), [heads, 1, 1]);
}

/** 1 where the query may attend to the key */
function allowed(query: tf.Tensor4D, key: tf.Tensor4D, { causal, mask }: AttentionOptions): tf.Tensor {
  const reachable = offsets(query, key)
    .greaterEqual(causal ? 0 : -Infinity)
    .cast('float32');
  return mask ? tf.mul(reachable, mask.cast('float32')) : reachable;
}

/** softmax over the allowed entries of each row; zeros in a row without any */
function maskedSoftmax(x: tf.Tensor4D, mask: tf.Tensor): tf.Tensor4D {
  return tf.mul(tf.softmax(tf.where(tf.broadcastTo(mask, x.shape).cast('bool'), x, -1e30)), mask);
}
