import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { SimdError } from '../errors.ts';
import type { TensorEntry } from '../tensor-entry.ts';

/**
 * The entries of a custom kernel's inputs, all float32 unless `dtypes` says otherwise.
 *
 * @param fits whether the shapes obey `rule`
 * @throws SimdError SWITCHYARD_SIMD_INPUT
 */
export function entriesOf(
  backend: SimdBackend,
  kernel: string,
  inputs: readonly TensorInfo[],
  fits: boolean,
  rule: string,
  dtypes: readonly DataType[] = [],
): TensorEntry[] {
  const entries = inputs.map((tensor) => backend.entry(tensor));
  if (!fits || entries.some((entry, i) => entry.dtype !== (dtypes[i] ?? 'float32'))) {
    const received = inputs.map(({ dtype, shape }) => `${dtype}[${shape.join(', ')}]`).join(' ');
    throw new SimdError('SWITCHYARD_SIMD_INPUT', `${kernel} got ${received}; it takes ${rule}.`);
  }
  return entries;
}

/** Whether `shape` is made of these sizes. */
export function hasShape({ shape }: TensorInfo, ...sizes: readonly number[]): boolean {
  return shape.length === sizes.length && sizes.every((size, axis) => shape[axis] === size);
}
