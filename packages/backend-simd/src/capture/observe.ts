import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { isNumeric, type TensorEntry } from '../tensor-entry.ts';
import { hostCall } from './host-call.ts';
import { intercept, type KernelParameters } from './intercept.ts';
import { byteLength, bytesAt } from './memory.ts';
import type { PassHeap } from './pass-heap.ts';
import { type Constant, describe, type Operation, type Trace, type WasmCall } from './trace.ts';

/** The shape of their results depends on values, not only on shapes. */
const dynamicKernels = new Set([
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
  'RaggedGather',
  'RaggedRange',
  'RaggedTensorToTensor',
  'SparseFillEmptyRows',
  'SparseReshape',
  'SparseSegmentMean',
  'SparseSegmentSum',
  'Unique',
]);

/**
 * Runs a step through tfjs as usual, with memory from `heap`, and notes every kernel with its calls of WebAssembly functions, and
 * everything else that touches tensors. Closes `heap`.
 */
export function observe<Result>(
  backend: SimdBackend,
  heap: PassHeap,
  step: () => Result,
): { result: Result; trace: Trace } {
  const operations: Operation[] = [];
  const constants: Constant[] = [];
  const constantOf = new Map<TensorEntry, Constant>();
  const used = new Map<object, TensorInfo>();
  let obstacle: string | undefined;
  /** Set while a kernel runs. */
  let running: { calls: WasmCall[]; inJavaScript: boolean } | undefined;
  const last = () => (operations.length === 0 ? 'at its start' : `after ${operations.at(-1)!.kernel}`);

  function kernel(name: string, run: KernelFunc, parameters: KernelParameters): TensorInfo | TensorInfo[] {
    if (running !== undefined) return run(parameters); // kernels call kernels
    const noted = { calls: [] as WasmCall[], inJavaScript: false };
    running = noted;
    let results: TensorInfo | TensorInfo[];
    try {
      results = run(parameters);
    } finally {
      running = undefined;
    }
    const inputs = tensorsOf(parameters.inputs);
    const outputs = Array.isArray(results) ? results : [results];
    for (const tensor of inputs) noteInput(name, tensor);
    const foreign = [...inputs, ...outputs].find(({ dtype }) => !isNumeric(dtype));
    if (foreign !== undefined) {
      obstacle ??= `${name} works on ${describe(foreign)}, and only float32, int32 and bool have a place in linear memory`;
    }
    if (dynamicKernels.has(name)) obstacle ??= `the shape of what ${name} gives depends on values`;
    const host = noted.inJavaScript && foreign === undefined;
    operations.push({
      kernel: name,
      inputs: inputs.map(describe).join(', '),
      attributes: parameters.attrs,
      calls: noted.inJavaScript ? [] : noted.calls,
      host: host ? hostCall(backend, heap, run, parameters, outputs) : undefined,
    });
    return results;
  }

  function noteInput(name: string, tensor: TensorInfo): void {
    const entry = backend.entry(tensor);
    const { dataId, shape, dtype } = tensor; // a variable will have another data id later
    if (entry.heap !== heap) used.set(dataId, { dataId, shape, dtype });
    const constant = constantOf.get(entry);
    if (constant !== undefined) constant.usedBy ??= name;
  }

  function wasm(call: WasmCall): void {
    if (running === undefined) obstacle ??= `${call.name} was called outside of a kernel`;
    running?.calls.push(call);
  }

  backend.data.observer = {
    written(entry, shape) {
      if (running !== undefined || !isNumeric(entry.dtype)) return;
      const { address, dtype } = entry;
      const bytes = bytesAt(backend, address, byteLength(entry)).slice();
      const { block } = heap.find(address)!;
      const constant = { position: operations.length, block, shape, dtype, bytes };
      constants.push(constant);
      constantOf.set(entry, constant);
    },
    moved(entry, shape) {
      obstacle ??= `a ${describe({ dtype: entry.dtype, shape })} tensor came from another backend ${last()}`;
    },
    read(entry) {
      if (running !== undefined) return;
      obstacle ??= `values of a ${entry.dtype} tensor with ${entry.length} elements were read ${last()} (dataSync, data, array)`;
    },
    exposed() {
      if (running !== undefined) running.inJavaScript = true;
    },
  };
  const restore = intercept(backend, { heap, kernel, wasm });
  try {
    const result = step();
    return { result, trace: { operations, constants, used, obstacle } };
  } finally {
    restore();
    backend.data.observer = undefined;
    heap.close();
  }
}

/** The inputs of a kernel, named or listed, without those left out. */
function tensorsOf(inputs: KernelParameters['inputs']): TensorInfo[] {
  return Object.values(inputs).filter((tensor) => tensor !== undefined && tensor !== null);
}
