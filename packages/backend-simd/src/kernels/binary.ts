import { type BinaryInputs, broadcast_util, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import type { NumericType } from '../tensor-entry.ts';
import { cpuKernel, define } from './define.ts';
import { broadcast } from './strides.ts';

type Arithmetic = 'add' | 'div' | 'maximum' | 'minimum' | 'mul' | 'squaredDifference' | 'sub';
/** Those that there are for int32, too. */
type WholeArithmetic = Exclude<Arithmetic, 'div' | 'squaredDifference'>;
type Comparison = 'equal' | 'greater' | 'greaterEqual' | 'less' | 'lessEqual' | 'notEqual';

/** y = f(a, b) with broadcasting, or undefined where the shapes need more than four loops. */
export function runBinary(
  backend: SimdBackend,
  name: Arithmetic | Comparison | `${WholeArithmetic | Comparison}Int32`,
  a: TensorInfo,
  b: TensorInfo,
  dtype: NumericType,
): TensorInfo | undefined {
  const run = backend.wasm[name];
  const left = backend.entry(a).address;
  const right = backend.entry(b).address;
  if (util.arraysEqual(a.shape, b.shape)) {
    const output = backend.output(a.shape, dtype);
    const to = backend.entry(output);
    run(left, right, to.address, 1, 1, 1, to.length, 0, 0, 0, 1, 0, 0, 0, 1);
    return output;
  }
  const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const loops = broadcast(shape, a.shape, b.shape);
  if (loops === undefined) return undefined;
  const output = backend.output(shape, dtype);
  const { sizes, a: s, b: t } = loops;
  if (backend.entry(output).length > 0) {
    run(left, right, backend.entry(output).address, ...sizes, ...s, ...t);
  }
  return output;
}

const whole: readonly string[] = ['add', 'maximum', 'minimum', 'mul', 'sub'] satisfies WholeArithmetic[];

function isWhole(name: Arithmetic): name is WholeArithmetic {
  return whole.includes(name);
}

function arithmetic(kernelName: string, name: Arithmetic): KernelConfig {
  const fallback = cpuKernel<BinaryInputs, object>(kernelName);
  return define<BinaryInputs, object>(kernelName, (call) => {
    const { a, b } = call.inputs;
    const { backend } = call;
    const dtype = backend.entry(a).dtype;
    if (dtype !== backend.entry(b).dtype) return fallback(call);
    if (dtype === 'float32') return runBinary(backend, name, a, b, dtype) ?? fallback(call);
    if (dtype === 'int32' && isWhole(name)) return runBinary(backend, `${name}Int32`, a, b, dtype) ?? fallback(call);
    return fallback(call);
  });
}

function comparison(kernelName: string, name: Comparison): KernelConfig {
  const fallback = cpuKernel<BinaryInputs, object>(kernelName);
  return define<BinaryInputs, object>(kernelName, (call) => {
    const { inputs, backend } = call;
    const dtype = backend.entry(inputs.a).dtype;
    if (dtype !== backend.entry(inputs.b).dtype || (dtype !== 'float32' && dtype !== 'int32')) return fallback(call);
    const variant = dtype === 'float32' ? name : (`${name}Int32` as const);
    return runBinary(backend, variant, inputs.a, inputs.b, 'bool') ?? fallback(call);
  });
}

/** Σ of tensors of one shape. */
function addN(): KernelConfig {
  const fallback = cpuKernel<TensorInfo[], object>('AddN');
  return define<TensorInfo[], object>('AddN', (call) => {
    const { inputs, backend } = call;
    const entries = inputs.map((tensor) => backend.entry(tensor));
    if (entries.length < 2 || entries.some((entry) => entry.dtype !== 'float32')) return fallback(call);
    const output = backend.output(inputs[0]!.shape, 'float32');
    const to = backend.entry(output);
    let sum = entries[0]!.address;
    for (const entry of entries.slice(1)) {
      backend.wasm.add(sum, entry.address, to.address, 1, 1, 1, to.length, 0, 0, 0, 1, 0, 0, 0, 1);
      sum = to.address;
    }
    return output;
  });
}

export const binaryKernels = (): KernelConfig[] => [
  arithmetic('Add', 'add'),
  arithmetic('Maximum', 'maximum'),
  arithmetic('Minimum', 'minimum'),
  arithmetic('Multiply', 'mul'),
  arithmetic('RealDiv', 'div'),
  arithmetic('SquaredDifference', 'squaredDifference'),
  arithmetic('Sub', 'sub'),
  comparison('Equal', 'equal'),
  comparison('Greater', 'greater'),
  comparison('GreaterEqual', 'greaterEqual'),
  comparison('Less', 'less'),
  comparison('LessEqual', 'lessEqual'),
  comparison('NotEqual', 'notEqual'),
  addN(),
];
