import * as tf from '@tensorflow/tfjs';
import { documentMask } from './document-starts.ts';
import type { ExpressiveAttentionOptions } from './expressive-attention.ts';
import { fusedKernel } from './fused-kernel.ts';
import { isFused, type Mechanism } from './mechanism.ts';
import { mechanisms } from './mechanisms.ts';

/**
 * Attention of the tokens of a sequence to each other, from their projection and in the layout of tokens. A backend's fused kernel
 * works on heads where they lie; its specification takes them apart and puts their outputs together again.
 *
 * @param projection queries, keys and values side by side, heads within each, [batch, window, 3·width]
 * @param heads a divisor of the width
 * @param starts where the document of every token begins, [batch, window] (see `documentStarts`): keys before are out of reach
 * @returns [batch, window, width]
 */
export function selfAttention(
  mechanism: Mechanism,
  projection: tf.Tensor3D,
  heads: number,
  options: Omit<ExpressiveAttentionOptions, 'mask'>,
  starts?: tf.Tensor2D,
): tf.Tensor3D {
  const fused = isFused(mechanism) ? fusedKernel('SwitchyardSelfAttention') : undefined;
  if (fused) {
    const defaults = { causal: false, alibi: false, normalizeWeights: true };
    const inputs = starts ? [projection, starts] : [projection];
    const documents = starts !== undefined;
    return fused(inputs, { mechanism, heads, ...defaults, ...options, documents })[0] as tf.Tensor3D;
  }
  return tf.tidy(() => {
    const [query, key, value] = splitHeads(projection, heads);
    return joinHeads(mechanisms[mechanism].attention(query, key, value, reaching(options, starts)));
  });
}

/** The options, with a mask where there are documents. */
export function reaching<Options extends object>(
  options: Options,
  starts: tf.Tensor2D | undefined,
): Options & { mask?: tf.Tensor } {
  return starts ? { ...options, mask: documentMask(starts) } : options;
}

// With one head or one token the axes to exchange have size 1: a reshape does it without a copy.

/** [batch, window, 3·width] → queries, keys and values, [batch, heads, window, head_dim] each */
export function splitHeads(projection: tf.Tensor3D, heads: number): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] {
  const [batch, window, all] = projection.shape;
  const width = all / 3 / heads;
  const parts = tf.split<tf.Tensor3D>(projection, 3, 2).map((part) => {
    if (heads === 1 || window === 1) return tf.reshape(part, [batch, heads, window, width]);
    return tf.transpose(tf.reshape(part, [batch, window, heads, width]), [0, 2, 1, 3]);
  });
  return parts as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
}

/** [batch, heads, window, head_dim] → [batch, window, width] */
export function joinHeads(x: tf.Tensor4D): tf.Tensor3D {
  const [batch, heads, window, headWidth] = x.shape;
  const byToken = heads === 1 || window === 1 ? x : tf.transpose(x, [0, 2, 1, 3]);
  return tf.reshape(byToken, [batch, window, heads * headWidth]);
}
