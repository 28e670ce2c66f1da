import './register.ts';

export { SimdBackend } from './backend.ts';
export { type CapturedStep, type CaptureOptions, captureStep } from './capture/capture-step.ts';
export type { StepOutput } from './capture/outputs.ts';
export { SimdError } from './errors.ts';
export type { ActivationAttributes } from './kernels/activation.ts';
export type { AttentionAttributes, SelfAttentionAttributes } from './kernels/attention.ts';
export type { DenseAttributes } from './kernels/dense.ts';
export type { DropoutAttributes } from './kernels/dropout.ts';
export type { NormAttributes } from './kernels/normalization.ts';
export type { AdamWAttributes, GlobalNormAttributes, SgdAttributes } from './kernels/optimizer.ts';
export type { PositionWiseAttributes } from './kernels/position-wise.ts';
export { setSimdThreads } from './threads.ts';
export { type SimdInfo, simdFailure, simdInfo } from './wasm-module.ts';
