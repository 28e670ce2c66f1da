import {
  backend_util,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  type Conv2DInputs,
  type FusedConv2DAttrs,
  type FusedConv2DInputs,
  type KernelConfig,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { hasShape } from './check.ts';
import { cpuKernel, define } from './define.ts';

/** What all convolutions are told of how the filter moves. */
type Moves = Pick<Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'> & {
  dilations?: [number, number] | number;
};

type Sizes = backend_util.Conv2DInfo;
type Shape = [number, number, number, number];

/** Patches of a thread, in floats: beside the filter they stay in the L2 cache. */
const ROOM = 32_768;

/** Multiply-adds and copies of a sum of the filter's gradient, at least: some 10 µs. */
const PIECE_WORK = 16_384;
const MOST_PIECES = 32;

/** The sizes of a convolution that these kernels do: float32, channels last; undefined for others, which the cpu backend does. */
function sizesOf(backend: SimdBackend, tensors: readonly TensorInfo[], x: Shape, filter: Shape, attrs: Moves) {
  const { strides, pad, dataFormat, dimRoundingMode, dilations = 1 } = attrs;
  const format = backend_util.convertConv2DDataFormat(dataFormat);
  const plain = format === 'channelsLast' && tensors.every((tensor) => backend.entry(tensor).dtype === 'float32');
  const sizes = backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, dimRoundingMode, false, format);
  return plain && util.sizeFromShape(sizes.outShape) > 0 && sizes.inChannels > 0 ? sizes : undefined;
}

/** The last arguments of every call. */
function movement(s: Sizes) {
  // biome-ignore format: as the kernels' parameters
  return [
    s.inHeight, s.inWidth, s.inChannels, s.filterHeight, s.filterWidth, s.outChannels, s.outHeight, s.outWidth,
    s.strideHeight, s.strideWidth, s.dilationHeight, s.dilationWidth, s.padInfo.top, s.padInfo.left,
  ] as const;
}

/** How many rows of the result have their patches made at a time: as many as fit, and no more than `most`. */
function rowsAtATime(s: Sizes, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(ROOM / (s.outWidth * patchSize(s)))));
}

const patchSize = (s: Sizes) => s.filterHeight * s.filterWidth * s.inChannels;

/** Calls `run` with working memory for the patches of `rows` rows, for each thread: its address, and the bytes of a thread. */
function withRoom(backend: SimdBackend, s: Sizes, rows: number, run: (room: number, bytes: number) => void): void {
  const floats = Math.ceil((rows * s.outWidth * patchSize(s)) / 16) * 16;
  const room = backend.output([backend.threads, floats], 'float32');
  run(backend.entry(room).address, 4 * floats);
  backend.disposeIntermediateTensorInfo(room);
}

function convolve(backend: SimdBackend, s: Sizes, inputs: readonly TensorInfo[], relu: boolean): TensorInfo {
  const [x, filter, bias] = inputs.map((tensor) => backend.entry(tensor).address) as [number, number, number?];
  const output = backend.output(s.outShape, 'float32');
  const rows = s.batchSize * s.outHeight;
  const group = rowsAtATime(s, Math.max(s.outHeight, Math.ceil(rows / 64)));
  const y = backend.entry(output).address;
  withRoom(backend, s, group, (room, bytes) => {
    backend.wasm.convolution(x, filter, bias ?? 0, y, room, bytes, rows, group, relu ? 1 : 0, ...movement(s));
  });
  return output;
}

function conv2D(): KernelConfig {
  const fallback = cpuKernel<Conv2DInputs, Conv2DAttrs>('Conv2D');
  return define<Conv2DInputs, Conv2DAttrs>('Conv2D', (call) => {
    const { inputs, backend, attrs } = call;
    const { x, filter } = inputs;
    const sizes = sizesOf(backend, [x, filter], x.shape as Shape, filter.shape as Shape, attrs);
    return sizes ? convolve(backend, sizes, [x, filter], false) : fallback(call);
  });
}

function fusedConv2D(): KernelConfig {
  const fallback = cpuKernel<Partial<FusedConv2DInputs>, FusedConv2DAttrs>('FusedConv2D');
  return define<Partial<FusedConv2DInputs>, FusedConv2DAttrs>('FusedConv2D', (call) => {
    const { inputs, backend, attrs } = call;
    const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
    const tensors = [x, filter, ...(bias ? [bias] : [])];
    const sizes = sizesOf(backend, tensors, x.shape as Shape, filter.shape as Shape, attrs);
    const known = attrs.activation === 'linear' || attrs.activation === 'relu';
    if (!sizes || !known || (bias && !hasShape(bias, sizes.outChannels))) return fallback(call);
    return convolve(backend, sizes, tensors, attrs.activation === 'relu');
  });
}

function filterGradient(): KernelConfig {
  const fallback = cpuKernel<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>('Conv2DBackpropFilter');
  return define<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>('Conv2DBackpropFilter', (call) => {
    const { inputs, backend, attrs } = call;
    const { x, dy } = inputs;
    const s = sizesOf(backend, [x, dy], x.shape as Shape, attrs.filterShape, attrs);
    if (!s || !util.arraysEqual(dy.shape, s.outShape)) return fallback(call);
    const [from, up] = [backend.entry(x).address, backend.entry(dy).address];
    const output = backend.output(attrs.filterShape, 'float32');
    const to = backend.entry(output).address;
    const length = patchSize(s) * s.outChannels;
    const rows = s.batchSize * s.outHeight;
    const work = rows * s.outWidth * patchSize(s) * Math.max(1, s.outChannels / 8);
    const most = Math.min(MOST_PIECES, Math.floor(work / PIECE_WORK), rows);
    const piece = Math.ceil(rows / Math.max(1, most));
    const pieces = Math.ceil(rows / piece);
    const group = rowsAtATime(s, piece);
    const sums = pieces > 1 ? backend.output([pieces, length], 'float32') : undefined;
    const sum = sums ? backend.entry(sums).address : to;
    withRoom(backend, s, group, (room, bytes) => {
      backend.wasm.convolutionFilterGradient(from, up, sum, room, bytes, rows, group, piece, ...movement(s));
    });
    if (sums) {
      backend.wasm.reduceSum(sum, to, 1, pieces, length, 1);
      backend.disposeIntermediateTensorInfo(sums);
    }
    return output;
  });
}

function inputGradient(): KernelConfig {
  const fallback = cpuKernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>('Conv2DBackpropInput');
  return define<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>('Conv2DBackpropInput', (call) => {
    const { inputs, backend, attrs } = call;
    const { dy, filter } = inputs;
    const s = sizesOf(backend, [dy, filter], attrs.inputShape, filter.shape as Shape, attrs);
    if (!s || !util.arraysEqual(dy.shape, s.outShape)) return fallback(call); // conv2dTranspose takes any shape
    const [up, weights] = [backend.entry(dy).address, backend.entry(filter).address];
    const output = backend.output(attrs.inputShape, 'float32');
    const to = backend.entry(output).address;
    const group = rowsAtATime(s, s.outHeight);
    withRoom(backend, s, group, (room, bytes) => {
      backend.wasm.convolutionInputGradient(up, weights, to, room, bytes, s.batchSize, group, ...movement(s));
    });
    return output;
  });
}

export const convolutionKernels = (): KernelConfig[] => [conv2D(), fusedConv2D(), filterGradient(), inputGradient()];
