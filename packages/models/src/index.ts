export { captureAttention } from './capture-attention.ts';
export { type CapturedHeads, captureHeads } from './capture-heads.ts';
export { captureStates } from './capture-states.ts';
export type { CisformerConfig } from './cisformer.ts';
export type { CogformerConfig } from './cogformer.ts';
export {
  cisformer,
  cogformer,
  createModel,
  type InputOf,
  lstm,
  mlp,
  parameterCount,
  parseModelConfig,
  transformer,
  uvit,
} from './create-model.ts';
export { type DropoutLayerOptions, dropout } from './dropout.ts';
export { ModelError, type ModelErrorCode } from './errors.ts';
export { type GenerateOptions, generate, generateTokens } from './generate.ts';
export { type LongShortTermMemoryState, longShortTermMemory } from './long-short-term-memory.ts';
export type { LstmConfig } from './lstm.ts';
export { type LstmLayerOptions, lstmLayer } from './lstm-layer.ts';
export type { MlpConfig } from './mlp.ts';
export { modelConfig } from './model-config.ts';
export { fromOfficial, type OfficialOptions, toOfficial } from './official-checkpoint.ts';
export type { OfficialTensor, OfficialWeight } from './official-weights.ts';
export { type OneHotOptions, oneHot } from './one-hot.ts';
export { type PatchOptions, patchHead } from './patch-head.ts';
export {
  type ModelConfig,
  type ModelInput,
  type ModelKind,
  modelSchema,
  type RegistryEntry,
  registry,
  type SequenceModelConfig,
  type SequenceModelInput,
  sequenceModelSchema,
} from './registry.ts';
export { fromSafetensors, toSafetensors } from './safetensors.ts';
export { type StreamInitializerOptions, streamInitializer } from './stream-initializer.ts';
export { timeEmbedding } from './time-token.ts';
export { type TokenDenseOptions, tokenDense } from './token-dense.ts';
export { type TokenEmbeddingOptions, tokenEmbedding } from './token-embedding.ts';
export type { TransformerConfig } from './transformer.ts';
export type { UvitConfig } from './uvit.ts';
