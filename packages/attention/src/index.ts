export { type Activation, gelu, geluTanh, silu, swiglu } from './activations.ts';
export { alibiSlopes } from './alibi.ts';
export { attentionEntropy, effectivePaths, kurtosis, negativeMass, stateDistance } from './analysis.ts';
export { cogAttention, cogAttentionWeights } from './cog-attention.ts';
export { dotProductAttention, dotProductAttentionWeights } from './dot-product-attention.ts';
export { dotProductPlusOneAttention, dotProductPlusOneAttentionWeights } from './dot-product-plus-one-attention.ts';
export { AttentionError, type AttentionErrorCode } from './errors.ts';
export {
  type ExpressiveAttentionOptions,
  expressiveAttention,
  expressiveAttentionWeights,
} from './expressive-attention.ts';
export { type FusedKernel, fusedKernel } from './fused-kernel.ts';
export { type HeadRoles, headRoles } from './head-roles.ts';
export { dense } from './layers/dense.ts';
export type { DenseOptions } from './layers/dense-options.ts';
export { type DocumentStartsOptions, documentStarts } from './layers/document-starts.ts';
export { type GatedDenseOptions, gatedDense } from './layers/gated-dense.ts';
export type { Initializer, InitializerLike } from './layers/initializer.ts';
export {
  type LayerNormalizationOptions,
  layerNormalization,
} from './layers/layer-normalization.ts';
export {
  type AttentionCache,
  MultiHeadAttention,
  type MultiHeadAttentionOptions,
  multiHeadAttention,
} from './layers/multi-head-attention.ts';
export { PositionEmbedding, type PositionEmbeddingOptions, positionEmbedding } from './layers/position-embedding.ts';
export { positionWiseDense } from './layers/position-wise-dense.ts';
export { type RmsNormalizationOptions, rmsNormalization } from './layers/rms-normalization.ts';
export { type LinearActivation, linear, positionWiseLinear } from './linear.ts';
export type { FusedMechanism, Mechanism } from './mechanism.ts';
export {
  naiveCogAttentionWeights,
  naiveDotProductAttentionWeights,
  naiveDotProductPlusOneAttentionWeights,
  naiveExpressiveAttentionWeights,
  naiveSignedUnitAttentionWeights,
} from './naive.ts';
export { layerNorm, rmsNorm } from './normalization.ts';
export type { AttentionOptions } from './options.ts';
export { type RotaryOptions, rotary } from './rotary.ts';
export { signedUnitAttention, signedUnitAttentionWeights } from './signed-unit-attention.ts';
