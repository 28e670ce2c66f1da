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

/** Bytes of a row of `listParameter`, in floats. */
const ROW = 6;

/** Runs `update(table, parameters)` on a table of groups of up to four tensors of one length. */
function withTable(
  backend: SimdBackend,
  entries: readonly TensorEntry[],
  width: number,
  update: (table: number, parameters: number) => void,
): void {
  const count = entries.length / width;
  const table = backend.output([ROW * count], 'float32');
  const { address } = backend.entry(table);
  for (let i = 0; i < count; i++) {
    const [p, g, m, v] = entries.slice(width * i, width * (i + 1)).map((entry) => entry.address);
    backend.wasm.listParameter(address, i, p!, g ?? 0, m ?? 0, v ?? 0, entries[width * i]!.length);
  }
  update(address, count);
  backend.disposeIntermediateTensorInfo(table);
}

const adamW = define<TensorInfo[], AdamWAttributes>('SwitchyardAdamW', ({ inputs, backend, attrs }) => {
  const [hyper, scale, ...tensors] = groups(backend, 'SwitchyardAdamW', inputs, 3, 4) as [TensorEntry, TensorEntry];
  const { beta1, beta2, epsilon, weightDecay, decoupled } = attrs;
  const constants = [1 - beta1, beta2, 1 - beta2, epsilon, weightDecay, decoupled ? 1 : 0] as const;
  withTable(backend, tensors, 4, (table, parameters) => {
    backend.wasm.adam(table, parameters, hyper.address, scale.address, ...constants);
  });
  return [];
});

const sgd = define<TensorInfo[], SgdAttributes>('SwitchyardSgd', ({ inputs, backend, attrs }) => {
  const [hyper, scale, ...tensors] = groups(backend, 'SwitchyardSgd', inputs, 1, 3) as [TensorEntry, TensorEntry];
  const { momentum, weightDecay, nesterov } = attrs;
  withTable(backend, tensors, 3, (table, parameters) => {
    backend.wasm.sgd(table, parameters, hyper.address, scale.address, momentum, weightDecay, nesterov ? 1 : 0);
  });
  return [];
});

const globalNorm = define<TensorInfo[], GlobalNormAttributes>('SwitchyardGlobalNorm', ({ inputs, backend, attrs }) => {
  const [norm, scale] = [backend.output([], 'float32'), backend.output([], 'float32')];
  const [length, factor] = [backend.entry(norm).address, backend.entry(scale).address];
  const maximum = Number.isFinite(attrs.maximum) ? attrs.maximum : 0;
  withTable(backend, entriesOf(backend, 'SwitchyardGlobalNorm', inputs, true, 'gradients'), 1, (table, parameters) => {
    backend.wasm.globalNorm(table, parameters, length, factor, maximum);
  });
  return [norm, scale];
});

const movingAverage = define<TensorInfo[], object>('SwitchyardMovingAverage', ({ inputs, backend }) => {
  const sizes = inputs.map(({ shape }) => util.sizeFromShape(shape));
  const fits =
    sizes[0] === 1 &&
    sizes.length % 2 === 1 &&
    sizes.every((size, i) => i % 2 === 1 || i === 0 || size === sizes[i - 1]);
  const rule = 'share [1], then pairs of an average and a parameter of one shape';
  const [share, ...tensors] = entriesOf(backend, 'SwitchyardMovingAverage', inputs, fits, rule) as [TensorEntry];
  withTable(backend, tensors, 2, (table, parameters) => {
    backend.wasm.movingAverage(table, parameters, share.address);
  });
  return [];
});

export const optimizerKernels = (): KernelConfig[] => [adamW, sgd, globalNorm, movingAverage];
