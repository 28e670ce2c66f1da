import {
  backend_util,
  type ConcatAttrs,
  type KernelConfig,
  type PackAttrs,
  type SplitVAttrs,
  type SplitVInputs,
  type TensorInfo,
  type UnpackAttrs,
  type UnpackInputs,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { cpuKernel, define } from './define.ts';
import { moveRows, sizeAfter, sizeBefore, wordType } from './move.ts';

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

export const joinKernels = (): KernelConfig[] => [splitV(), unpack(), concat(), pack()];
