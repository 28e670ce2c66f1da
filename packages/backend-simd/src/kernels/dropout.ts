import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { entriesOf } from './check.ts';
import { define } from './define.ts';

/** Attributes of `SwitchyardDropout`. */
export interface DropoutAttributes {
  /** Share of the elements that are set to 0, in [0, 1). */
  rate: number;
  /** Key of the random stream whose child with label `step`, a whole number below 2²⁴, decides: four words. */
  key: readonly number[];
}

/**
 * [x ⊙ mask, (step + 1) mod 2²⁴] from [x, step], the mask 1/(1 − rate) where word i of the stream is at least ⌊rate·2³²⌋, else 0. The gradient
 * is the same with ∂y in the place of x.
 */
const dropout = define<TensorInfo[], DropoutAttributes>('SwitchyardDropout', ({ inputs, backend, attrs }) => {
  const [x, step] = inputs as [TensorInfo, TensorInfo];
  const { rate, key } = attrs;
  const fits = inputs.length === 2 && step.shape.length === 0 && rate >= 0 && rate < 1 && key.length === 4;
  const rule = 'x and a scalar step, a rate in [0, 1) and a key of four words';
  const [from, label] = entriesOf(backend, 'SwitchyardDropout', inputs, fits, rule);
  const outputs = [backend.output(x.shape, 'float32'), backend.output([], 'float32')];
  const [to, next] = outputs.map((output) => backend.entry(output).address) as [number, number];
  const [k0, k1, k2, k3] = key as [number, number, number, number];
  const threshold = Math.floor(rate * 2 ** 32);
  // biome-ignore format: the tensors, then the mask
  backend.wasm.dropout(
    from!.address, to, from!.length,
    label!.address, next, threshold, 1 / (1 - rate), k0, k1, k2, k3,
  );
  return outputs;
});

export const dropoutKernels = (): KernelConfig[] => [dropout];
