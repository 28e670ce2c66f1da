import './register.ts';

export { SimdBackend } from './backend.ts';
export { SimdError } from './errors.ts';
export type { AdamWAttributes, GlobalNormAttributes, SgdAttributes } from './kernels/optimizer.ts';
export { type SimdInfo, simdInfo } from './wasm-module.ts';
