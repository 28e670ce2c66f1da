import type {
  FillAttrs,
  KernelConfig,
  PadV2Attrs,
  PadV2Inputs,
  TensorInfo,
  TileAttrs,
  TileInputs,
  UnaryInputs,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { cpuKernel, define } from './define.ts';
import { contiguous, move, wordType } from './move.ts';
import { fuse } from './strides.ts';

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

export const fillKernels = (): KernelConfig[] => [pad(), tile(), fill(), like('ZerosLike', 0), like('OnesLike', 1)];
