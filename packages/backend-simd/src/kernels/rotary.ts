import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { entriesOf, hasShape } from './check.ts';
import { define } from './define.ts';

/** Attributes of `SwitchyardRotary`. */
interface RotaryAttributes {
  /** The first heads of every token are turned, the others are not. */
  heads: number;
  /** Turns back: the gradient of turning. */
  inverse: boolean;
}

const rule =
  'x [..., tokens, d] with tables of cosines and sines [tokens, d], or x [..., tokens, all heads, d] with tables [tokens, 1, d], d even';

/** Pairs (a, b) of x become (a·cos − b·sin, b·cos + a·sin), from [x, cosines, sines]. */
const rotary = define<TensorInfo[], RotaryAttributes>('SwitchyardRotary', ({ inputs, backend, attrs }) => {
  const [x, cosines, sines] = inputs as [TensorInfo, TensorInfo, TensorInfo];
  const [tokens = 0] = cosines.shape;
  const width = x.shape.at(-1) ?? 0;
  const byHead = cosines.shape.length === 3;
  const all = byHead ? (x.shape.at(-2) ?? 0) : 1;
  const { heads, inverse } = attrs;
  const fit =
    x.shape.at(byHead ? -3 : -2) === tokens &&
    width % 2 === 0 &&
    [cosines, sines].every((table) => hasShape(table, ...(byHead ? [tokens, 1, width] : [tokens, width]))) &&
    heads >= 0 &&
    heads <= all;
  const [from, cosine, sine] = entriesOf(backend, 'SwitchyardRotary', [x, cosines, sines], fit, rule);
  const output = backend.output(x.shape, 'float32');
  const { address, length } = backend.entry(output);
  if (length === 0) return output;
  const rows = util.sizeFromShape(x.shape) / (all * width);
  // biome-ignore format: one call
  backend.wasm.rotary(from!.address, cosine!.address, sine!.address, address, rows, tokens, all, heads, width, Number(inverse));
  return output;
});

export const rotaryKernels = (): KernelConfig[] => [rotary];
