import {
  type ArgMaxAttrs,
  type ArgMaxInputs,
  type KernelConfig,
  type MaxAttrs,
  type MaxInputs,
  type MeanAttrs,
  type MinAttrs,
  type SoftmaxAttrs,
  type SoftmaxInputs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { cpuKernel, define } from './define.ts';

type Reduction = 'Sum' | 'Mean' | 'Max' | 'Min';

interface Run {
  size: number;
  reduced: boolean;
}

/** Neighbouring dimensions of the same kind as one; those of size 1 belong to either. */
function runsOf(shape: readonly number[], axes: ReadonlySet<number>): Run[] {
  const runs: Run[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const last = runs.at(-1);
    const reduced = axes.has(axis);
    if (last?.reduced === reduced) last.size *= size;
    else runs.push({ size, reduced });
  });
  return runs;
}

const sizeOf = (runs: readonly Run[]) => runs.reduce((size, run) => size * run.size, 1);

/** Reduces float32 `x` (not empty) over `axes`: one pass for axes that lie together, one more for every further group. */
function reduce(
  backend: SimdBackend,
  kind: Reduction,
  x: TensorInfo,
  axes: readonly number[],
  keepDims: boolean,
): TensorInfo {
  const reducedAxes = new Set(axes);
  const shape = keepDims
    ? x.shape.map((size, axis) => (reducedAxes.has(axis) ? 1 : size))
    : x.shape.filter((_, axis) => !reducedAxes.has(axis));
  const runs = runsOf(x.shape, reducedAxes);
  const kept = runs.filter((run) => !run.reduced);
  const count = sizeOf(runs.filter((run) => run.reduced));
  let from = backend.entry(x).address;
  let intermediate: TensorInfo | undefined;
  const output = backend.output(shape, 'float32');
  do {
    const at = runs.findLastIndex((run) => run.reduced);
    const inner = at < 0 ? 1 : sizeOf(runs.slice(at + 1));
    const size = at < 0 ? 1 : runs[at]!.size;
    if (at >= 0) runs.splice(at, 1);
    const outer = sizeOf(runs) / inner;
    const done = runs.length === kept.length;
    const target = done ? output : backend.output([outer, inner], 'float32');
    const to = backend.entry(target).address;
    if (kind === 'Max') backend.wasm.reduceMax(from, to, outer, size, inner);
    else if (kind === 'Min') backend.wasm.reduceMin(from, to, outer, size, inner);
    else backend.wasm.reduceSum(from, to, outer, size, inner, done && kind === 'Mean' ? 1 / count : 1);
    if (intermediate !== undefined) backend.disposeIntermediateTensorInfo(intermediate);
    intermediate = done ? undefined : target;
    from = to;
  } while (intermediate !== undefined);
  return output;
}

function reduction(kind: Reduction): KernelConfig {
  type Attributes = MaxAttrs & MeanAttrs & MinAttrs;
  const fallback = cpuKernel<MaxInputs, Attributes>(kind);
  return define<MaxInputs, Attributes>(kind, (call) => {
    const { inputs, backend, attrs } = call;
    const x = backend.entry(inputs.x);
    if (x.dtype !== 'float32' || x.length === 0) return fallback(call);
    const axes = util.parseAxisParam(kind === 'Max' ? attrs.reductionIndices : attrs.axis, inputs.x.shape);
    return reduce(backend, kind, inputs.x, axes, attrs.keepDims);
  });
}

/** Along the last axis. */
function argMax(): KernelConfig {
  const fallback = cpuKernel<ArgMaxInputs, ArgMaxAttrs>('ArgMax');
  return define<ArgMaxInputs, ArgMaxAttrs>('ArgMax', (call) => {
    const { inputs, backend, attrs } = call;
    const { shape } = inputs.x;
    const x = backend.entry(inputs.x);
    const axis = util.parseAxisParam(attrs.axis, shape)[0];
    if (x.dtype !== 'float32' || x.length === 0 || axis !== shape.length - 1) return fallback(call);
    const output = backend.output(shape.slice(0, -1), 'int32');
    const rows = backend.entry(output);
    backend.wasm.argMax(x.address, rows.address, rows.length, shape[axis]!);
    return output;
  });
}

function softmax(): KernelConfig {
  const fallback = cpuKernel<SoftmaxInputs, SoftmaxAttrs>('Softmax');
  return define<SoftmaxInputs, SoftmaxAttrs>('Softmax', (call) => {
    const { inputs, backend, attrs } = call;
    const { logits } = inputs;
    const x = backend.entry(logits);
    const rank = logits.shape.length;
    if (x.dtype !== 'float32' || rank === 0 || x.length === 0 || (attrs.dim !== -1 && attrs.dim !== rank - 1))
      return fallback(call);
    const output = backend.output(logits.shape, 'float32');
    const columns = logits.shape[rank - 1]!;
    backend.wasm.softmax(x.address, backend.entry(output).address, x.length / columns, columns);
    return output;
  });
}

export const reduceKernels = (): KernelConfig[] => [
  reduction('Sum'),
  reduction('Mean'),
  reduction('Max'),
  reduction('Min'),
  argMax(),
  softmax(),
];
