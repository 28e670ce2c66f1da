import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import type { WasmExports } from '../generated/exports.ts';
import { entriesOf, hasShape } from './check.ts';
import { define } from './define.ts';

/** Attributes of `SwitchyardAttention` and its gradient. */
export interface AttentionAttributes {
  /** Dot-product (softmax), expressive, or Cog attention. */
  mechanism: 'dpa' | 'ea' | 'cog';
  causal: boolean;
  /** Factor of q·k; 1/√head_dim unless given. */
  scale?: number;
  /** Distance penalty with slopes 2^(−8(h+1)/heads). */
  alibi: boolean;
  /** Expressive attention only: divide rows by their sum. */
  normalizeWeights: boolean;
}

/** Attributes of `SwitchyardSelfAttention` and its gradient. */
export interface SelfAttentionAttributes extends AttentionAttributes {
  heads: number;
  /** The last input is no mask, but where the document of every token begins, [batch, window]: causal attention looks no further back. */
  documents?: boolean;
}

const kinds = { dpa: 0, ea: 1, cog: 2 } as const;
const maskRule = 'optionally a mask that broadcasts to [batch, heads, queries, keys]';
const rule = `q [batch, heads, queries, d], k [batch, heads, keys, d], v [batch, heads, keys, any], ${maskRule}`;
const selfRule = `queries, keys and values side by side, [batch, window, 3·heads·d], ${maskRule}, or with documents, which need causal, their starts [batch, window]`;

interface Sizes {
  batch: number;
  heads: number;
  queries: number;
  keys: number;
  /** Of a query and a key. */
  width: number;
  valueWidth: number;
}

function sizesOf(q: TensorInfo, k: TensorInfo, v: TensorInfo): Sizes {
  const [batch = 0, heads = 0, queries = 0, width = 0] = q.shape;
  return { batch, heads, queries, keys: k.shape[2] ?? 0, width, valueWidth: v.shape[3] ?? 0 };
}

function selfSizesOf({ shape }: TensorInfo, heads: number): Sizes {
  const [batch = 0, window = 0, all = 0] = shape;
  const width = all / 3 / heads;
  return { batch, heads, queries: window, keys: window, width, valueWidth: width };
}

function fits({ batch, heads, queries, keys, width, valueWidth }: Sizes, mask: TensorInfo | undefined): boolean {
  const whole = [batch, heads, queries, keys].slice(4 - (mask?.shape.length ?? 0));
  return (
    [heads, queries, keys, width, valueWidth].every((size) => Number.isInteger(size) && size > 0) &&
    (mask === undefined ||
      (mask.shape.length <= 4 && mask.shape.every((size, axis) => size === 1 || size === whole[axis])))
  );
}

function separateFit(sizes: Sizes, q: TensorInfo, k: TensorInfo, v: TensorInfo, mask: TensorInfo | undefined): boolean {
  const { batch, heads, queries, keys, width, valueWidth } = sizes;
  return (
    fits(sizes, mask) &&
    hasShape(q, batch, heads, queries, width) &&
    hasShape(k, batch, heads, keys, width) &&
    hasShape(v, batch, heads, keys, valueWidth)
  );
}

/** Address and element strides of a mask as floats, [batch, head, query, key]. */
function maskOf(
  backend: SimdBackend,
  mask: TensorInfo | undefined,
): { at: [number, number, number, number, number]; floats?: TensorInfo } {
  if (mask === undefined) return { at: [0, 0, 0, 0, 0] };
  const strides: [number, number, number, number] = [0, 0, 0, 0];
  let stride = 1;
  mask.shape.toReversed().forEach((size, i) => {
    if (size > 1) strides[3 - i] = stride;
    stride *= size;
  });
  const entry = backend.entry(mask);
  if (entry.dtype === 'float32') return { at: [entry.address, ...strides] };
  const floats = backend.output(mask.shape, 'float32');
  const { address } = backend.entry(floats);
  if (entry.dtype === 'bool') backend.wasm.boolToFloat(entry.address, address, entry.length);
  else backend.wasm.int32ToFloat(entry.address, address, entry.length);
  return { at: [address, ...strides], floats };
}

/** What output and gradient take after the addresses of their tensors. */
type Description =
  Parameters<WasmExports['attention']> extends [number, number, number, number, number, ...infer Rest] ? Rest : never;

/** What keeps queries from keys, beside causality. */
interface Restrictions {
  mask?: TensorInfo | undefined;
  starts?: TensorInfo | undefined;
}

/** Floats that a thread works with, for each key: see `attention` and `attentionGradient`. */
const outputTile = 8;
const gradientTile = 80;

/** Hands `run` the description of a call, with working memory for every thread. */
function describing(
  backend: SimdBackend,
  { batch, heads, queries, keys, width, valueWidth }: Sizes,
  { mechanism, scale, causal, alibi, normalizeWeights }: AttentionAttributes,
  { mask, starts }: Restrictions,
  tile: number,
  run: (description: Description) => void,
): void {
  const floats = tile * 8 * Math.ceil(keys / 8);
  const tiles = backend.output([backend.threads, floats], 'float32');
  const { at, floats: maskFloats } = maskOf(backend, mask);
  // biome-ignore format: as the parameters of the call
  run([
    kinds[mechanism], batch, heads, queries, keys, width, valueWidth, scale ?? 1 / Math.sqrt(width), Number(causal),
    alibi ? 2 ** (-8 / heads) : 0, ...at, Number(normalizeWeights),
    starts === undefined ? 0 : backend.entry(starts).address, backend.entry(tiles).address, 4 * floats,
  ]);
  backend.disposeIntermediateTensorInfo(tiles);
  if (maskFloats !== undefined) backend.disposeIntermediateTensorInfo(maskFloats);
}

/** Attention output from [q, k, v] or [q, k, v, mask]. */
const attention = define<TensorInfo[], AttentionAttributes>('SwitchyardAttention', ({ inputs, backend, attrs }) => {
  const [q, k, v, mask] = inputs as [TensorInfo, TensorInfo, TensorInfo, TensorInfo | undefined];
  const sizes = sizesOf(q, k, v);
  const fit = separateFit(sizes, q, k, v, mask);
  const [query, key, value] = addresses(entriesOf(backend, 'SwitchyardAttention', [q, k, v], fit, rule));
  const output = backend.output([sizes.batch, sizes.heads, sizes.queries, sizes.valueWidth], 'float32');
  const { address } = backend.entry(output);
  describing(backend, sizes, attrs, { mask }, outputTile, (description) =>
    backend.wasm.attention(0, query!, key!, value!, address, ...description),
  );
  return output;
});

/** [∂q, ∂k, ∂v] from [∂output, q, k, v] or [∂output, q, k, v, mask]. */
const gradient = define<TensorInfo[], AttentionAttributes>('SwitchyardAttentionGrad', ({ inputs, backend, attrs }) => {
  const [dy, q, k, v, mask] = inputs as [TensorInfo, TensorInfo, TensorInfo, TensorInfo, TensorInfo | undefined];
  const sizes = sizesOf(q, k, v);
  const fit =
    separateFit(sizes, q, k, v, mask) && hasShape(dy, sizes.batch, sizes.heads, sizes.queries, sizes.valueWidth);
  const entries = entriesOf(backend, 'SwitchyardAttentionGrad', [dy, q, k, v], fit, `dy, ${rule}`);
  const [up, query, key, value] = addresses(entries);
  const outputs = [q.shape, k.shape, v.shape].map((shape) => backend.output(shape, 'float32'));
  const [dq, dk, dv] = addresses(outputs.map((output) => backend.entry(output)));
  describing(backend, sizes, attrs, { mask }, gradientTile, (description) =>
    backend.wasm.attentionGradient(0, query!, key!, value!, up!, dq!, dk!, dv!, ...description),
  );
  return outputs;
});

function restrictionsOf(last: TensorInfo | undefined, { documents }: SelfAttentionAttributes): Restrictions {
  return documents ? { starts: last } : { mask: last };
}

function selfFit(
  sizes: Sizes,
  { mask, starts }: Restrictions,
  { documents, causal }: SelfAttentionAttributes,
): boolean {
  const { batch, queries } = sizes;
  const told = starts !== undefined && starts.dtype === 'float32' && hasShape(starts, batch, queries) && causal;
  return fits(sizes, mask) && (!documents || told);
}

/** Attention output [batch, window, heads·d] from [qkv], [qkv, mask] or [qkv, starts]. */
const selfAttention = define<TensorInfo[], SelfAttentionAttributes>(
  'SwitchyardSelfAttention',
  ({ inputs, backend, attrs }) => {
    const [qkv, last] = inputs as [TensorInfo, TensorInfo | undefined];
    const sizes = selfSizesOf(qkv, attrs.heads);
    const restrictions = restrictionsOf(last, attrs);
    const fit = qkv.shape.length === 3 && selfFit(sizes, restrictions, attrs);
    entriesOf(backend, 'SwitchyardSelfAttention', [qkv], fit, selfRule);
    const output = backend.output([sizes.batch, sizes.queries, sizes.heads * sizes.width], 'float32');
    const { address } = backend.entry(output);
    describing(backend, sizes, attrs, restrictions, outputTile, (description) =>
      backend.wasm.attention(1, ...sideBySide(backend, qkv), address, ...description),
    );
    return output;
  },
);

/** ∂qkv from [∂output, qkv], [∂output, qkv, mask] or [∂output, qkv, starts]. */
const selfGradient = define<TensorInfo[], SelfAttentionAttributes>(
  'SwitchyardSelfAttentionGrad',
  ({ inputs, backend, attrs }) => {
    const [dy, qkv, last] = inputs as [TensorInfo, TensorInfo, TensorInfo | undefined];
    const sizes = selfSizesOf(qkv, attrs.heads);
    const { batch, queries, heads, width } = sizes;
    const restrictions = restrictionsOf(last, attrs);
    const fit =
      qkv.shape.length === 3 && selfFit(sizes, restrictions, attrs) && hasShape(dy, batch, queries, heads * width);
    const [up] = entriesOf(backend, 'SwitchyardSelfAttentionGrad', [dy, qkv], fit, `dy, ${selfRule}`);
    const output = backend.output(qkv.shape, 'float32');
    describing(backend, sizes, attrs, restrictions, gradientTile, (description) => {
      const [from, to] = [sideBySide(backend, qkv), sideBySide(backend, output)];
      backend.wasm.attentionGradient(1, ...from, up!.address, ...to, ...description);
    });
    return output;
  },
);

function addresses(entries: readonly { address: number }[]): number[] {
  return entries.map(({ address }) => address);
}

/** Where the first query, key and value are. */
function sideBySide(backend: SimdBackend, qkv: TensorInfo): [number, number, number] {
  const { address } = backend.entry(qkv);
  const third = (4 * qkv.shape[2]!) / 3;
  return [address, address + third, address + 2 * third];
}

export const attentionKernels = (): KernelConfig[] => [attention, gradient, selfAttention, selfGradient];
