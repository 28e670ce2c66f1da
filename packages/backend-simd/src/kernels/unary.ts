import type { ClipByValueAttrs, KernelConfig, TensorInfo, UnaryInputs } from '@tensorflow/tfjs-core';
import type { WasmExports } from '../generated/exports.ts';
import { cpuKernel, define } from './define.ts';

type UnaryExport =
  | 'abs'
  | 'ceil'
  | 'cos'
  | 'elu'
  | 'exp'
  | 'expm1'
  | 'floor'
  | 'leakyRelu'
  | 'log'
  | 'log1p'
  | 'neg'
  | 'reciprocal'
  | 'relu'
  | 'relu6'
  | 'round'
  | 'rsqrt'
  | 'sigmoid'
  | 'sign'
  | 'sin'
  | 'sqrt'
  | 'square'
  | 'step'
  | 'tanh';

interface UnaryAttributes {
  /** Step and LeakyRelu. */
  alpha?: number;
}

/** y = f(x) on float32; other dtypes go to the cpu backend. */
function unary(kernelName: string, name: UnaryExport & keyof WasmExports): KernelConfig {
  const fallback = cpuKernel<UnaryInputs, UnaryAttributes>(kernelName);
  return define<UnaryInputs, UnaryAttributes>(kernelName, (call) => {
    const { inputs, backend, attrs } = call;
    const x = backend.entry(inputs.x);
    if (x.dtype !== 'float32') return fallback(call);
    const output: TensorInfo = backend.output(inputs.x.shape, 'float32');
    backend.wasm[name](x.address, backend.entry(output).address, x.length, attrs?.alpha ?? 0);
    return output;
  });
}

/** x held within [clipValueMin, clipValueMax]. */
function clipByValue(): KernelConfig {
  const fallback = cpuKernel<UnaryInputs, ClipByValueAttrs>('ClipByValue');
  return define<UnaryInputs, ClipByValueAttrs>('ClipByValue', (call) => {
    const { inputs, backend, attrs } = call;
    const x = backend.entry(inputs.x);
    if (x.dtype !== 'float32') return fallback(call);
    const output = backend.output(inputs.x.shape, 'float32');
    backend.wasm.clip(x.address, backend.entry(output).address, x.length, attrs.clipValueMin, attrs.clipValueMax);
    return output;
  });
}

export const unaryKernels = (): KernelConfig[] => [
  unary('Abs', 'abs'),
  unary('Ceil', 'ceil'),
  unary('Cos', 'cos'),
  unary('Elu', 'elu'),
  unary('Exp', 'exp'),
  unary('Expm1', 'expm1'),
  unary('Floor', 'floor'),
  unary('LeakyRelu', 'leakyRelu'),
  unary('Log', 'log'),
  unary('Log1p', 'log1p'),
  unary('Neg', 'neg'),
  unary('Reciprocal', 'reciprocal'),
  unary('Relu', 'relu'),
  unary('Relu6', 'relu6'),
  unary('Round', 'round'),
  unary('Rsqrt', 'rsqrt'),
  unary('Sigmoid', 'sigmoid'),
  unary('Sign', 'sign'),
  unary('Sin', 'sin'),
  unary('Sqrt', 'sqrt'),
  unary('Square', 'square'),
  unary('Step', 'step'),
  unary('Tanh', 'tanh'),
  clipByValue(),
];
