import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { TensorEntry } from '../tensor-entry.ts';
import { entriesOf } from './check.ts';
import { define } from './define.ts';
import { partialSums } from './partial-sums.ts';

/** Attributes of `SwitchyardLayerNorm` and `SwitchyardRmsNorm`. */
export interface NormAttributes {
  epsilon: number;
}

interface Sizes {
  rows: number;
  width: number;
  /** Rows after which the gains repeat. */
  period: number;
}

function sizes(x: TensorInfo, gamma: TensorInfo): Sizes {
  const width = x.shape.at(-1) ?? 1;
  return { rows: util.sizeFromShape(x.shape) / width, width, period: util.sizeFromShape(gamma.shape) / width };
}

function trails(x: TensorInfo, gain: TensorInfo): boolean {
  return gain.shape.length > 0 && util.arraysEqual(gain.shape, x.shape.slice(x.shape.length - gain.shape.length));
}

const rule = 'x [..., width], gamma (and beta) shaped as the trailing axes of x';

/** [y, means, rates] from x, gamma and, for layer normalisation, beta. */
function forward(kernel: string, centred: boolean): KernelConfig {
  return define<TensorInfo[], NormAttributes>(kernel, ({ inputs, backend, attrs }) => {
    const [x, gamma, beta] = inputs as [TensorInfo, TensorInfo, TensorInfo | undefined];
    const fits =
      inputs.length === (centred ? 3 : 2) && trails(x, gamma) && (!beta || util.arraysEqual(beta.shape, gamma.shape));
    const [from, gain, shift] = entriesOf(backend, kernel, inputs, fits, rule) as [
      TensorEntry,
      TensorEntry,
      TensorEntry | undefined,
    ];
    const { rows, width, period } = sizes(x, gamma);
    const outputs = [
      backend.output(x.shape, 'float32'),
      backend.output([rows], 'float32'),
      backend.output([rows], 'float32'),
    ];
    const [to, means, rates] = outputs.map((output) => backend.entry(output).address) as [number, number, number];
    backend.wasm.normalize(
      from.address,
      gain.address,
      shift?.address ?? 0,
      to,
      means,
      rates,
      rows,
      width,
      period,
      attrs.epsilon,
      Number(centred),
    );
    return outputs;
  });
}

/** [∂x, ∂gamma, ∂beta] (the last for layer normalisation only) from ∂y, x, gamma, means and rates. */
function backward(kernel: string, centred: boolean): KernelConfig {
  return define<TensorInfo[], object>(kernel, ({ inputs, backend }) => {
    const [dy, x, gamma] = inputs as [TensorInfo, TensorInfo, TensorInfo];
    const fits = inputs.length === 5 && trails(x, gamma) && util.arraysEqual(dy.shape, x.shape);
    const entries = entriesOf(backend, kernel, inputs, fits, `dy, ${rule}, means, rates`);
    const [up, from, gain, means, rates] = entries.map(({ address }) => address) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const { rows, width, period } = sizes(x, gamma);
    const dx = backend.output(x.shape, 'float32');
    const gains = Array.from({ length: centred ? 2 : 1 }, () => backend.output(gamma.shape, 'float32'));
    const to = backend.entry(dx).address;
    const sums = gains.map((output) => backend.entry(output).address);
    partialSums(backend, rows / period, period * width, sums, (blocks, [dgamma, dbeta = 0]) => {
      // biome-ignore format: inputs, outputs, sizes
      backend.wasm.normalizeGradient(
        from, gain, up, means, rates, to, dgamma!, dbeta, blocks, rows, width, period, Number(centred),
      );
    });
    return [dx, ...gains];
  });
}

export const normalizationKernels = (): KernelConfig[] => [
  forward('SwitchyardLayerNorm', true),
  backward('SwitchyardLayerNormGrad', true),
  forward('SwitchyardRmsNorm', false),
  backward('SwitchyardRmsNormGrad', false),
];
