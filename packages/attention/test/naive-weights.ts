import {
  type Mechanism,
  naiveCogAttentionWeights,
  naiveDotProductAttentionWeights,
  naiveExpressiveAttentionWeights,
} from '../src/index.ts';

/** The specification of each mechanism by name. */
export const naiveWeights: Record<Mechanism, typeof naiveExpressiveAttentionWeights> = {
  dpa: naiveDotProductAttentionWeights,
  ea: naiveExpressiveAttentionWeights,
  cog: naiveCogAttentionWeights,
};
