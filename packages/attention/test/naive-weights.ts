import {
  type Mechanism,
  naiveCogAttentionWeights,
  naiveDotProductAttentionWeights,
  naiveDotProductPlusOneAttentionWeights,
  naiveExpressiveAttentionWeights,
  naiveSignedUnitAttentionWeights,
} from '../src/index.ts';

/** The specification of each mechanism by name. */
export const naiveWeights: Record<Mechanism, typeof naiveExpressiveAttentionWeights> = {
  dpa: naiveDotProductAttentionWeights,
  ea: naiveExpressiveAttentionWeights,
  cog: naiveCogAttentionWeights,
  'dpa-plus-one': naiveDotProductPlusOneAttentionWeights,
  'signed-unit': naiveSignedUnitAttentionWeights,
};
