import {
  backend_util,
  type ConcatAttrs,
  type FillAttrs,
  type KernelConfig,
  type PackAttrs,
  type PadV2Attrs,
  type PadV2Inputs,
  type SliceAttrs,
  type SliceInputs,
  type SplitVAttrs,
  type SplitVInputs,
  slice_util,
  type TensorInfo,
  type TileAttrs,
  type TileInputs,
  type TransposeAttrs,
  type TransposeInputs,
  type UnaryInputs,
  type UnpackAttrs,
  type UnpackInputs,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import type { NumericType } from '../tensor-entry.ts';
import { cpuKernel, define } from './define.ts';
import { type Broadcast, fuse } from './strides.ts';

/** Tensors of 4-byte elements move as they are; the dtype of such a one, else undefined. */
function wordType(backend: SimdBackend, tensor: TensorInfo): NumericType | undefined {
  const { dtype } = backend.entry(tensor);
  return dtype === 'float32' || dtype === 'int32' ? dtype : undefined;
}

function move(backend: SimdBackend, from: number, to: number, { sizes, a, b }: Broadcast): void {
  backend.wasm.stridedCopy(from, to, ...sizes, ...a, ...b);
}

/** Rows of `width` elements from one spacing to another. */
function moveRows(
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

function contiguous(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

const sizeBefore = (shape: readonly number[], axis: number) => util.sizeFromShape(shape.slice(0, axis));
const sizeAfter = (shape: readonly number[], axis: number) => util.sizeFromShape(shape.slice(axis + 1));

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

function splitV(): KernelConfig {
  const fallback = cpuKernel<SplitVInputs, SplitVAttrs>('SplitV');
  return define<SplitVInputs, SplitVAttrs>('SplitV', (call) => {
    const { inputs, backend, attrs } = call;
    const { x } = inputs;
    const dtype = wordType(backend, x);
    if (dtype === undefined) return fallback(call);
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!;
    const inner = sizeAfter(x.shape, axis);
    const outer = sizeBefore(x.shape, axis);
    const step = inner * x.shape[axis]!;
    let from = backend.entry(x).address;
    return backend_util.prepareSplitSize(x as never, attrs.numOrSizeSplits, axis).map((size) => {
      const output = backend.output(x.shape.with(axis, size), dtype);
      const width = size * inner;
      moveRows(backend, from, backend.entry(output).address, outer, width, step, width);
      from += 4 * width;
      return output;
    });
  });
}

function unpack(): KernelConfig {
  const fallback = cpuKernel<UnpackInputs, UnpackAttrs>('Unpack');
  return define<UnpackInputs, UnpackAttrs>('Unpack', (call) => {
    const { inputs, backend, attrs } = call;
    const { value } = inputs;
    const dtype = wordType(backend, value);
    if (dtype === undefined) return fallback(call);
    const axis = util.parseAxisParam(attrs.axis, value.shape)[0]!;
    const inner = sizeAfter(value.shape, axis);
    const outer = sizeBefore(value.shape, axis);
    const count = value.shape[axis]!;
    const shape = value.shape.toSpliced(axis, 1);
    const from = backend.entry(value).address;
    return Array.from({ length: count }, (_, i) => {
      const output = backend.output(shape, dtype);
      moveRows(backend, from + 4 * i * inner, backend.entry(output).address, outer, inner, inner * count, inner);
      return output;
    });
  });
}

/** Writes tensors side by side along an axis. */
function join(
  backend: SimdBackend,
  parts: readonly TensorInfo[],
  widths: readonly number[],
  outer: number,
  output: TensorInfo,
): TensorInfo {
  const step = widths.reduce((sum, width) => sum + width, 0);
  let to = backend.entry(output).address;
  parts.forEach((part, i) => {
    const width = widths[i]!;
    moveRows(backend, backend.entry(part).address, to, outer, width, width, step);
    to += 4 * width;
  });
  return output;
}

function concat(): KernelConfig {
  const fallback = cpuKernel<TensorInfo[], ConcatAttrs>('Concat');
  return define<TensorInfo[], ConcatAttrs>('Concat', (call) => {
    const { inputs, backend, attrs } = call;
    const dtype = wordType(backend, inputs[0]!);
    const filled = inputs.filter((part) => util.sizeFromShape(part.shape) > 0);
    if (dtype === undefined || filled.length < 2 || inputs.some((part) => wordType(backend, part) !== dtype))
      return fallback(call);
    const axis = util.parseAxisParam(attrs.axis, inputs[0]!.shape)[0]!;
    const shapes = inputs.map((part) => part.shape);
    backend_util.assertParamsConsistent(shapes, axis);
    const output = backend.output(backend_util.computeOutShape(shapes, axis), dtype);
    const widths = filled.map((part) => part.shape[axis]! * sizeAfter(part.shape, axis));
    return join(backend, filled, widths, sizeBefore(filled[0]!.shape, axis), output);
  });
}

function pack(): KernelConfig {
  const fallback = cpuKernel<TensorInfo[], PackAttrs>('Pack');
  return define<TensorInfo[], PackAttrs>('Pack', (call) => {
    const { inputs, backend, attrs } = call;
    const { shape } = inputs[0]!;
    const dtype = wordType(backend, inputs[0]!);
    const alike = inputs.every((part) => wordType(backend, part) === dtype && util.arraysEqual(part.shape, shape));
    if (dtype === undefined || inputs.length < 2 || !alike) return fallback(call);
    const axis = attrs.axis < 0 ? attrs.axis + shape.length + 1 : attrs.axis;
    const output = backend.output(shape.toSpliced(axis, 0, inputs.length), dtype);
    const width = util.sizeFromShape(shape.slice(axis));
    return join(
      backend,
      inputs,
      inputs.map(() => width),
      sizeBefore(shape, axis),
      output,
    );
  });
}

function pad(): KernelConfig {
  const fallback = cpuKernel<PadV2Inputs, PadV2Attrs>('PadV2');
  return define<PadV2Inputs, PadV2Attrs>('PadV2', (call) => {
    const { inputs, backend, attrs } = call;
    const { x } = inputs;
    const { paddings, constantValue } = attrs;
    const dtype = wordType(backend, x);
    const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
    const strides = contiguous(shape);
    const loops = fuse(x.shape, contiguous(x.shape), strides);
    if (dtype === undefined || loops === undefined || (dtype === 'int32' && constantValue !== 0)) return fallback(call);
    const output = backend.output(shape, dtype);
    const { address, length } = backend.entry(output);
    backend.wasm.fill(address, constantValue, length);
    const offset = paddings.reduce((sum, [before], axis) => sum + before * strides[axis]!, 0);
    const source = backend.entry(x);
    if (source.length > 0) move(backend, source.address, address + 4 * offset, loops);
    return output;
  });
}

function tile(): KernelConfig {
  const fallback = cpuKernel<TileInputs, TileAttrs>('Tile');
  return define<TileInputs, TileAttrs>('Tile', (call) => {
    const { inputs, backend, attrs } = call;
    const { x } = inputs;
    const { reps } = attrs;
    const dtype = wordType(backend, x);
    if (dtype === undefined || reps.length !== x.shape.length) return fallback(call);
    const shape = x.shape.map((size, axis) => size * reps[axis]!);
    // Every dimension becomes two: the repeats, which stand still in x, and the elements.
    const sizes = x.shape.flatMap((size, axis) => [reps[axis]!, size]);
    const loops = fuse(
      sizes,
      contiguous(x.shape).flatMap((stride) => [0, stride]),
      contiguous(sizes),
    );
    if (loops === undefined) return fallback(call);
    const output = backend.output(shape, dtype);
    const { address, length } = backend.entry(output);
    if (length > 0) move(backend, backend.entry(x).address, address, loops);
    return output;
  });
}

function filled(backend: SimdBackend, shape: number[], value: number): TensorInfo {
  const output = backend.output(shape, 'float32');
  const { address, length } = backend.entry(output);
  backend.wasm.fill(address, value, length);
  return output;
}

function fill(): KernelConfig {
  const fallback = cpuKernel<object, FillAttrs>('Fill');
  return define<object, FillAttrs>('Fill', (call) => {
    const { shape, value, dtype } = call.attrs;
    if (typeof value !== 'number' || (dtype ?? 'float32') !== 'float32') return fallback(call);
    return filled(call.backend, shape, value);
  });
}

function like(kernelName: 'ZerosLike' | 'OnesLike', value: number): KernelConfig {
  const fallback = cpuKernel<UnaryInputs, object>(kernelName);
  return define<UnaryInputs, object>(kernelName, (call) => {
    const { x } = call.inputs;
    return x.dtype === 'float32' ? filled(call.backend, x.shape, value) : fallback(call);
  });
}

export const layoutKernels = (): KernelConfig[] => [
  transpose(),
  slice(),
  splitV(),
  unpack(),
  concat(),
  pack(),
  pad(),
  tile(),
  fill(),
  like('ZerosLike', 0),
  like('OnesLike', 1),
];
