import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
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

const kinds = { dpa: 0, ea: 1, cog: 2 } as const;
const rule =
  'q [batch, heads, queries, d], k [batch, heads, keys, d], v [batch, heads, keys, any], optionally a mask that broadcasts to [batch, heads, queries, keys]';
/** Rows of a tile. Whole windows of the laboratory's sizes are one tile; longer ones skip what causality rules out. */
const TILE_ROWS = 32;
const SMALL_WINDOW = 48;

interface Problem {
  kind: number;
  batch: number;
  heads: number;
  queries: number;
  keys: number;
  width: number;
  valueWidth: number;
  scale: number;
  causal: number;
  slopeBase: number;
  normalized: number;
  tileRows: number;
}

function problemOf(q: TensorInfo, k: TensorInfo, v: TensorInfo, attrs: AttentionAttributes): Problem {
  const [batch = 0, heads = 0, queries = 0, width = 0] = q.shape;
  return {
    kind: kinds[attrs.mechanism],
    batch,
    heads,
    queries,
    keys: k.shape[2] ?? 0,
    width,
    valueWidth: v.shape[3] ?? 0,
    scale: attrs.scale ?? 1 / Math.sqrt(width),
    causal: Number(attrs.causal),
    slopeBase: attrs.alibi ? 2 ** (-8 / heads) : 0,
    normalized: Number(attrs.normalizeWeights),
    tileRows: queries <= SMALL_WINDOW ? queries : TILE_ROWS,
  };
}

function fits(q: TensorInfo, k: TensorInfo, v: TensorInfo, mask: TensorInfo | undefined): boolean {
  const [batch = 0, heads = 0, queries = 0, width = 0] = q.shape;
  const keys = k.shape[2] ?? 0;
  const whole = [batch, heads, queries, keys].slice(4 - (mask?.shape.length ?? 0));
  return (
    q.shape.length === 4 &&
    hasShape(k, batch, heads, keys, width) &&
    hasShape(v, batch, heads, keys, v.shape[3] ?? 0) &&
    (mask === undefined ||
      (mask.shape.length <= 4 && mask.shape.every((size, axis) => size === 1 || size === whole[axis])))
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

function tiles(backend: SimdBackend, { tileRows, keys }: Problem, count: number): TensorInfo {
  return backend.output([count, tileRows, Math.ceil(keys / 4) * 4], 'float32');
}

/** Attention output from [q, k, v] or [q, k, v, mask]. */
const attention = define<TensorInfo[], AttentionAttributes>('SwitchyardAttention', ({ inputs, backend, attrs }) => {
  const [q, k, v, mask] = inputs as [TensorInfo, TensorInfo, TensorInfo, TensorInfo | undefined];
  const [query, key, value] = entriesOf(backend, 'SwitchyardAttention', [q, k, v], fits(q, k, v, mask), rule);
  const p = problemOf(q, k, v, attrs);
  const output = backend.output([p.batch, p.heads, p.queries, p.valueWidth], 'float32');
  const to = backend.entry(output).address;
  const tile = tiles(backend, p, 2);
  const { at, floats } = maskOf(backend, mask);
  // biome-ignore format: one call
  backend.wasm.attention(
    query!.address, key!.address, value!.address, to, p.kind, p.batch, p.heads, p.queries, p.keys, p.width, p.valueWidth,
    p.scale, p.causal, p.slopeBase, ...at, p.normalized, p.tileRows, backend.entry(tile).address,
  );
  backend.disposeIntermediateTensorInfo(tile);
  if (floats !== undefined) backend.disposeIntermediateTensorInfo(floats);
  return output;
});

/** [∂q, ∂k, ∂v] from [∂output, q, k, v] or [∂output, q, k, v, mask]. */
const gradient = define<TensorInfo[], AttentionAttributes>('SwitchyardAttentionGrad', ({ inputs, backend, attrs }) => {
  const [dy, q, k, v, mask] = inputs as [TensorInfo, TensorInfo, TensorInfo, TensorInfo, TensorInfo | undefined];
  const p = problemOf(q, k, v, attrs);
  const fit = fits(q, k, v, mask) && hasShape(dy, p.batch, p.heads, p.queries, p.valueWidth);
  const [up, query, key, value] = entriesOf(backend, 'SwitchyardAttentionGrad', [dy, q, k, v], fit, `dy, ${rule}`);
  const outputs = [q.shape, k.shape, v.shape].map((shape) => backend.output(shape, 'float32'));
  const [dq, dk, dv] = outputs.map((output) => backend.entry(output).address) as [number, number, number];
  const tile = tiles(backend, p, 3);
  const { at, floats } = maskOf(backend, mask);
  // biome-ignore format: one call
  backend.wasm.attentionGradient(
    query!.address, key!.address, value!.address, up!.address, dq, dk, dv, p.kind, p.batch, p.heads, p.queries, p.keys, p.width,
    p.valueWidth, p.scale, p.causal, p.slopeBase, ...at, p.normalized, p.tileRows, backend.entry(tile).address,
  );
  backend.disposeIntermediateTensorInfo(tile);
  if (floats !== undefined) backend.disposeIntermediateTensorInfo(floats);
  return outputs;
});

export const attentionKernels = (): KernelConfig[] => [attention, gradient];
