import * as tf from '@tensorflow/tfjs';
import type { ExpressiveAttentionOptions } from './expressive-attention.ts';
import { fusedKernel } from './fused-kernel.ts';
import type { FusedMechanism } from './mechanism.ts';
import { checkValue, resolveReach } from './options.ts';

/**
 * o = w·v, [batch, heads, queries, head_dim].
 *
 * Every attention function of a mechanism that backends may have fused ends here with all of its arguments: this is where a backend's fused kernel takes over from the
 * composition, which stays its specification. (`selfAttention` is the same for heads within the projection of a layer.)
 */
export function attend(
  mechanism: FusedMechanism,
  weights: (query: tf.Tensor4D, key: tf.Tensor4D, options: ExpressiveAttentionOptions) => tf.Tensor4D,
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  options: ExpressiveAttentionOptions,
): tf.Tensor4D {
  checkValue(key, value);
  const fused = fusedKernel('SwitchyardAttention');
  if (fused) {
    const { causal, scale, alibi, mask } = resolveReach(query, key, options);
    const { normalizeWeights = true } = options;
    const inputs = [query, key, value, ...(mask ? [mask] : [])];
    return fused(inputs, { mechanism, causal, scale, alibi, normalizeWeights })[0] as tf.Tensor4D;
  }
  return tf.tidy(() => tf.matMul(weights(query, key, options), value));
}
