import {
  type CastAttrs,
  type CastInputs,
  type KernelConfig,
  type SelectInputs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { cpuKernel, define } from './define.ts';

/** Casts that widen get a buffer of their own: other kernels read the bytes as what the dtype says. */
function cast(): KernelConfig {
  const fallback = cpuKernel<CastInputs, CastAttrs>('Cast');
  return define<CastInputs, CastAttrs>('Cast', (call) => {
    const { inputs, backend, attrs } = call;
    const x = backend.entry(inputs.x);
    const widening =
      (x.dtype === 'bool' && attrs.dtype === 'int32' && 'boolToInt32') ||
      (x.dtype === 'bool' && attrs.dtype === 'float32' && 'boolToFloat') ||
      (x.dtype === 'int32' && attrs.dtype === 'float32' && 'int32ToFloat');
    if (!widening) return fallback(call);
    const output = backend.output(inputs.x.shape, attrs.dtype as 'int32' | 'float32');
    backend.wasm[widening](x.address, backend.entry(output).address, x.length);
    return output;
  });
}

/** condition ? t : e, element by element. */
function select(): KernelConfig {
  const fallback = cpuKernel<SelectInputs, object>('Select');
  return define<SelectInputs, object>('Select', (call) => {
    const { inputs, backend } = call;
    const condition = backend.entry(inputs.condition);
    const t = backend.entry(inputs.t);
    const e = backend.entry(inputs.e);
    const fits = util.arraysEqual(inputs.condition.shape, inputs.t.shape) && condition.dtype === 'bool';
    if (!fits || t.dtype !== 'float32' || e.dtype !== 'float32') return fallback(call);
    const output: TensorInfo = backend.output(inputs.t.shape, 'float32');
    backend.wasm.select(condition.address, t.address, e.address, backend.entry(output).address, t.length);
    return output;
  });
}

export const castKernels = (): KernelConfig[] => [cast(), select()];
