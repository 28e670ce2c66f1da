import type { Dtype, TensorData } from './dtype.ts';

/** One tensor of a file. */
export interface SafetensorsTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Elements in row-major order; see `readSafetensors` for the dtypes that JavaScript has no array for. */
  readonly data: TensorData;
}

export interface Safetensors {
  /** By name, in the order of their bytes in the file. */
  readonly tensors: Map<string, SafetensorsTensor>;
  readonly metadata: Record<string, string>;
}
