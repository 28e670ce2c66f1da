import {
  backend_util,
  type GatherV2Attrs,
  type GatherV2Inputs,
  type KernelConfig,
  type OneHotAttrs,
  type OneHotInputs,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
  util,
} from '@tensorflow/tfjs-core';
import { cpuKernel, define } from './define.ts';

/** Rows of x by index: an embedding's look-up. */
function gather(): KernelConfig {
  const fallback = cpuKernel<GatherV2Inputs, GatherV2Attrs>('GatherV2');
  return define<GatherV2Inputs, GatherV2Attrs>('GatherV2', (call) => {
    const { inputs, backend, attrs } = call;
    const x = backend.entry(inputs.x);
    const indices = backend.entry(inputs.indices);
    if ((x.dtype !== 'float32' && x.dtype !== 'int32') || indices.dtype !== 'int32' || (attrs.batchDims ?? 0) !== 0)
      return fallback(call);
    const axis = util.parseAxisParam(attrs.axis, inputs.x.shape)[0]!;
    const limit = inputs.x.shape[axis]!;
    const outside = backend.wasm.findOutside(indices.address, indices.length, limit);
    util.assert(outside < 0, () => {
      const index = (indices.values as Int32Array)[outside];
      return `GatherV2: the index value ${index} is not in [0, ${limit - 1}]`;
    });
    const shapes = backend_util.segment_util.collectGatherOpShapeInfo(inputs.x, inputs.indices, axis, 0);
    const output = backend.output(shapes.outputShape, x.dtype);
    const { address } = backend.entry(output);
    backend.wasm.gather(x.address, indices.address, address, shapes.outerSize, indices.length, limit, shapes.sliceSize);
    return output;
  });
}

/** Sums of rows by segment: the gradient of gather. */
function segmentSum(): KernelConfig {
  const fallback = cpuKernel<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>('UnsortedSegmentSum');
  return define<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>('UnsortedSegmentSum', (call) => {
    const { inputs, backend, attrs } = call;
    const x = backend.entry(inputs.x);
    const ids = backend.entry(inputs.segmentIds);
    const { shape } = inputs.x;
    if (
      x.dtype !== 'float32' ||
      ids.dtype !== 'int32' ||
      inputs.segmentIds.shape.length !== 1 ||
      shape[0] !== ids.length
    ) {
      return fallback(call);
    }
    const output = backend.output([attrs.numSegments, ...shape.slice(1)], 'float32');
    const inner = util.sizeFromShape(shape.slice(1));
    backend.wasm.segmentSum(
      x.address,
      ids.address,
      backend.entry(output).address,
      ids.length,
      attrs.numSegments,
      inner,
    );
    return output;
  });
}

function oneHot(): KernelConfig {
  const fallback = cpuKernel<OneHotInputs, OneHotAttrs>('OneHot');
  return define<OneHotInputs, OneHotAttrs>('OneHot', (call) => {
    const { inputs, backend, attrs } = call;
    const indices = backend.entry(inputs.indices);
    if (indices.dtype !== 'int32' || attrs.dtype !== 'float32') return fallback(call);
    const output = backend.output([...inputs.indices.shape, attrs.depth], 'float32');
    const { address } = backend.entry(output);
    backend.wasm.oneHot(indices.address, address, indices.length, attrs.depth, attrs.onValue, attrs.offValue);
    return output;
  });
}

export const gatherKernels = (): KernelConfig[] => [gather(), segmentSum(), oneHot()];
