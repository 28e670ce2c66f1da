import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import type { TensorEntry } from '../tensor-entry.ts';
import { entriesOf } from './check.ts';
import { define } from './define.ts';

/** Attributes of `SwitchyardAdamW`. */
export interface AdamWAttributes {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** AdamW; false adds the decay to the gradient (Adam with L2). */
  decoupled: boolean;
}

/** Attributes of `SwitchyardSgd`. */
export interface SgdAttributes {
  momentum: number;
  weightDecay: number;
  nesterov: boolean;
}

/** Attributes of `SwitchyardGlobalNorm`. */
export interface GlobalNormAttributes {
  /** Largest norm left alone; 0 or Infinity clips nothing. */
  maximum: number;
}

/** Entries of `[hyper, scale, …groups of `width` tensors of one shape]`. */
function groups(
  backend: SimdBackend,
  kernel: string,
  inputs: readonly TensorInfo[],
  hypers: number,
  width: number,
): TensorEntry[] {
  const sizes = inputs.map(({ shape }) => util.sizeFromShape(shape));
  const fits =
    (sizes[0] ?? 0) >= hypers &&
    sizes[1] === 1 &&
    (sizes.length - 2) % width === 0 &&
    sizes.every((size, i) => i < 2 || size === sizes[i - ((i - 2) % width)]);
  return entriesOf(backend, kernel, inputs, fits, `hyper [${hypers}], scale [1], then groups of ${width} of one shape`);
}

const adamW = define<TensorInfo[], AdamWAttributes>('SwitchyardAdamW', ({ inputs, backend, attrs }) => {
  const entries = groups(backend, 'SwitchyardAdamW', inputs, 3, 4);
  const { beta1, beta2, epsilon, weightDecay, decoupled } = attrs;
  const hyper = entries[0]!.address;
  const scale = entries[1]!.address;
  for (let i = 2; i < entries.length; i += 4) {
    const p = entries[i]!;
    const [g, m, v] = [entries[i + 1]!.address, entries[i + 2]!.address, entries[i + 3]!.address];
    backend.wasm.adam(
      p.address,
      g,
      m,
      v,
      p.length,
      hyper,
      scale,
      1 - beta1,
      beta2,
      1 - beta2,
      epsilon,
      weightDecay,
      decoupled ? 1 : 0,
    );
  }
  return [];
});

const sgd = define<TensorInfo[], SgdAttributes>('SwitchyardSgd', ({ inputs, backend, attrs }) => {
  const entries = groups(backend, 'SwitchyardSgd', inputs, 1, 3);
  const { momentum, weightDecay, nesterov } = attrs;
  const hyper = entries[0]!.address;
  const scale = entries[1]!.address;
  for (let i = 2; i < entries.length; i += 3) {
    const p = entries[i]!;
    const [g, b] = [entries[i + 1]!.address, entries[i + 2]!.address];
    backend.wasm.sgd(p.address, g, b, p.length, hyper, scale, momentum, weightDecay, nesterov ? 1 : 0);
  }
  return [];
});

const globalNorm = define<TensorInfo[], GlobalNormAttributes>('SwitchyardGlobalNorm', ({ inputs, backend, attrs }) => {
  const norm = backend.output([], 'float32');
  const scale = backend.output([], 'float32');
  const sum = backend.output([2], 'float32'); // room for a double
  const { address: total } = backend.entry(sum);
  backend.wasm.fill(total, 0, 2);
  for (const { address, length } of entriesOf(backend, 'SwitchyardGlobalNorm', inputs, true, 'gradients')) {
    backend.wasm.addSquares(address, length, total);
  }
  const maximum = Number.isFinite(attrs.maximum) ? attrs.maximum : 0;
  backend.wasm.clipScale(total, backend.entry(norm).address, backend.entry(scale).address, maximum);
  backend.disposeIntermediateTensorInfo(sum);
  return [norm, scale];
});

export const optimizerKernels = (): KernelConfig[] => [adamW, sgd, globalNorm];
