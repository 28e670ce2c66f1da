import type * as tf from '@tensorflow/tfjs';
import { cogAttention, cogAttentionWeights } from './cog-attention.ts';
import { dotProductAttention, dotProductAttentionWeights } from './dot-product-attention.ts';
import {
  type ExpressiveAttentionOptions,
  expressiveAttention,
  expressiveAttentionWeights,
} from './expressive-attention.ts';
import type { Mechanism } from './mechanism.ts';

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
};
