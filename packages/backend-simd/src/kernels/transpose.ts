import {
  type KernelConfig,
  type SliceAttrs,
  type SliceInputs,
  slice_util,
  type TensorInfo,
  type TransposeAttrs,
  type TransposeInputs,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import type { NumericType } from '../tensor-entry.ts';
import { cpuKernel, define } from './define.ts';
import { contiguous, move, wordType } from './move.ts';
import { fuse } from './strides.ts';

function transpose(): KernelConfig {
  const fallback = cpuKernel<TransposeInputs, TransposeAttrs>('Transpose');
  return define<TransposeInputs, TransposeAttrs>('Transpose', (call) => {
    const { inputs, backend, attrs } = call;
    const { x } = inputs;
    const dtype = wordType(backend, x);
    const shape = attrs.perm.map((axis) => x.shape[axis]!);
    const strides = contiguous(x.shape);
    const loops = fuse(
      shape,
      attrs.perm.map((axis) => strides[axis]!),
      contiguous(shape),
    );
    if (dtype === undefined || loops === undefined) return fallback(call);
    const output = backend.output(shape, dtype);
    const { address, length } = backend.entry(output);
    if (length > 0) move(backend, backend.entry(x).address, address, loops);
    return output;
  });
}

/** The block of `x` that starts at `begin`; undefined where it needs more than four loops. */
function block(
  backend: SimdBackend,
  x: TensorInfo,
  begin: readonly number[],
  size: number[],
  dtype: NumericType,
): TensorInfo | undefined {
  const strides = contiguous(x.shape);
  const loops = fuse(size, strides, contiguous(size));
  if (loops === undefined) return undefined;
  const output = backend.output(size, dtype);
  const { address, length } = backend.entry(output);
  const offset = begin.reduce((sum, start, axis) => sum + start * strides[axis]!, 0);
  if (length > 0) move(backend, backend.entry(x).address + 4 * offset, address, loops);
  return output;
}

function slice(): KernelConfig {
  const fallback = cpuKernel<SliceInputs, SliceAttrs>('Slice');
  return define<SliceInputs, SliceAttrs>('Slice', (call) => {
    const { inputs, backend, attrs } = call;
    const { x } = inputs;
    const dtype = wordType(backend, x);
    if (dtype === undefined) return fallback(call);
    const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size) as [number[], number[]];
    slice_util.assertParamsValid(x as never, begin, size);
    return block(backend, x, begin, size, dtype) ?? fallback(call);
  });
}

export const transposeKernels = (): KernelConfig[] => [transpose(), slice()];
