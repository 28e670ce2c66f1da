import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import type { NumericType } from '../tensor-entry.ts';
import type { Broadcast } from './strides.ts';

// What the kernels that only move elements share.

/** Tensors of 4-byte elements move as they are; the dtype of such a one, else undefined. */
export function wordType(backend: SimdBackend, tensor: TensorInfo): NumericType | undefined {
  const { dtype } = backend.entry(tensor);
  return dtype === 'float32' || dtype === 'int32' ? dtype : undefined;
}

export function move(backend: SimdBackend, from: number, to: number, { sizes, a, b }: Broadcast): void {
  backend.wasm.stridedCopy(from, to, ...sizes, ...a, ...b);
}

/** Rows of `width` elements from one spacing to another. */
export function moveRows(
  backend: SimdBackend,
  from: number,
  to: number,
  rows: number,
  width: number,
  fromStep: number,
  toStep: number,
): void {
  if (rows > 0 && width > 0) backend.wasm.stridedCopy(from, to, 1, 1, rows, width, 0, 0, fromStep, 1, 0, 0, toStep, 1);
}

export function contiguous(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

export const sizeBefore = (shape: readonly number[], axis: number): number => util.sizeFromShape(shape.slice(0, axis));
export const sizeAfter = (shape: readonly number[], axis: number): number => util.sizeFromShape(shape.slice(axis + 1));
