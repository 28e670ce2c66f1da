import type * as tf from '@tensorflow/tfjs';
import { cogAttention, cogAttentionWeights } from './cog-attention.ts';
import { dotProductAttention, dotProductAttentionWeights } from './dot-product-attention.ts';
import { dotProductPlusOneAttention, dotProductPlusOneAttentionWeights } from './dot-product-plus-one-attention.ts';
import {
  type ExpressiveAttentionOptions,
  expressiveAttention,
  expressiveAttentionWeights,
} from './expressive-attention.ts';
import type { Mechanism } from './mechanism.ts';
import { signedUnitAttention, signedUnitAttentionWeights } from './signed-unit-attention.ts';

/** The two functions of a mechanism. */
export interface MechanismFunctions {
  attention: (
    query: tf.Tensor4D,
    key: tf.Tensor4D,
    value: tf.Tensor4D,
    options?: ExpressiveAttentionOptions,
  ) => tf.Tensor4D;
  weights: (query: tf.Tensor4D, key: tf.Tensor4D, options?: ExpressiveAttentionOptions) => tf.Tensor4D;
}

/** From the name of a mechanism, as configs write it, to its functions. */
export const mechanisms: Readonly<Record<Mechanism, MechanismFunctions>> = {
  dpa: { attention: dotProductAttention, weights: dotProductAttentionWeights },
  ea: { attention: expressiveAttention, weights: expressiveAttentionWeights },
  cog: { attention: cogAttention, weights: cogAttentionWeights },
  'dpa-plus-one': { attention: dotProductPlusOneAttention, weights: dotProductPlusOneAttentionWeights },
  'signed-unit': { attention: signedUnitAttention, weights: signedUnitAttentionWeights },
};
