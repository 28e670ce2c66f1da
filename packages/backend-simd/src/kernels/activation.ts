import { type KernelConfig, type TensorInfo, type UnaryInputs, util } from '@tensorflow/tfjs-core';
import { entriesOf, hasShape } from './check.ts';
import { cpuKernel, define } from './define.ts';

/** Attributes of `SwitchyardActivation` and its gradient. */
export interface ActivationAttributes {
  activation: 'gelu' | 'geluTanh' | 'silu';
}

const gradients = { gelu: 'geluGradient', geluTanh: 'geluTanhGradient', silu: 'siluGradient' } as const;

/** y = activation(x), element by element. */
const activation = define<TensorInfo[], ActivationAttributes>('SwitchyardActivation', ({ inputs, backend, attrs }) => {
  const [x] = inputs as [TensorInfo];
  const [from] = entriesOf(backend, 'SwitchyardActivation', inputs, inputs.length === 1, 'x');
  const output = backend.output(x.shape, 'float32');
  backend.wasm[attrs.activation](from!.address, backend.entry(output).address, from!.length);
  return output;
});

/** ∂x = ∂y ⊙ activation′(x) from [∂y, x]. */
const activationGradient = define<TensorInfo[], ActivationAttributes>(
  'SwitchyardActivationGrad',
  ({ inputs, backend, attrs }) => {
    const [dy, x] = inputs as [TensorInfo, TensorInfo];
    const fits = inputs.length === 2 && hasShape(dy, ...x.shape);
    const [up, from] = entriesOf(backend, 'SwitchyardActivationGrad', inputs, fits, 'dy and x of one shape');
    const output = backend.output(x.shape, 'float32');
    backend.wasm[gradients[attrs.activation]](from!.address, up!.address, backend.entry(output).address, from!.length);
    return output;
  },
);

const rule = 'x [..., 2·n]';

/** y = silu(a) ⊙ b for x = [a, b] along the last axis. */
const swiglu = define<TensorInfo[], object>('SwitchyardSwiglu', ({ inputs, backend }) => {
  const [x] = inputs as [TensorInfo];
  const width = x.shape.at(-1) ?? 1;
  const [from] = entriesOf(backend, 'SwitchyardSwiglu', inputs, inputs.length === 1 && width % 2 === 0, rule);
  const output = backend.output([...x.shape.slice(0, -1), width / 2], 'float32');
  const rows = util.sizeFromShape(x.shape.slice(0, -1));
  backend.wasm.swiglu(from!.address, backend.entry(output).address, rows, width / 2);
  return output;
});

/** ∂x from [∂y, x]. */
const swigluGradient = define<TensorInfo[], object>('SwitchyardSwigluGrad', ({ inputs, backend }) => {
  const [dy, x] = inputs as [TensorInfo, TensorInfo];
  const leading = x.shape.slice(0, -1);
  const half = (x.shape.at(-1) ?? 1) / 2;
  const fits = inputs.length === 2 && hasShape(dy, ...leading, half);
  const [up, from] = entriesOf(backend, 'SwitchyardSwigluGrad', inputs, fits, `dy [..., n], ${rule}`);
  const output = backend.output(x.shape, 'float32');
  const to = backend.entry(output).address;
  backend.wasm.swigluGradient(from!.address, up!.address, to, util.sizeFromShape(leading), half);
  return output;
});

/** tf.erf, within a few units in the last place where the cpu backend's has an absolute error of 1.5e-7. */
function erf(): KernelConfig {
  const fallback = cpuKernel<UnaryInputs, object>('Erf');
  return define<UnaryInputs, object>('Erf', (call) => {
    const { inputs, backend } = call;
    const x = backend.entry(inputs.x);
    if (x.dtype !== 'float32') return fallback(call);
    const output = backend.output(inputs.x.shape, 'float32');
    backend.wasm.erf(x.address, backend.entry(output).address, x.length);
    return output;
  });
}

export const activationKernels = (): KernelConfig[] => [activation, activationGradient, swiglu, swigluGradient, erf()];
