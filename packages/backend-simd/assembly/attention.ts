// Attention and its gradient, one head at a time, in blocks of query rows: a block's logits and weights are all that is ever stored.
// Specification: packages/attention/src/naive.ts.
import { product, START_C, START_ZERO } from './product';
import { expNegative, keepPart, storePart, sumLanes } from './simd';

const DOT_PRODUCT: i32 = 0;
const EXPRESSIVE: i32 = 1;
const COG: i32 = 2;

/** Keeps an expressive row whose scores are all zero at zero. */
const EPSILON: f32 = 1e-9;
/** z² overflows beyond 1.8e19, z²/(1 + z²) rounds to 1 from 4.1e3 on. */
const LOGIT_LIMIT: f32 = 1e9;
/** Stands for a masked logit: far below any other, yet finite. */
const MASKED: f32 = -1e30;

// @ts-ignore: decorator
@inline
function positions(j: i32): v128 {
  return f32x4.add(f32x4.splat(<f32>j), f32x4(0, 1, 2, 3));
}

/** Mask values of keys j … j + 3: `step` 4 along memory, 0 one value for all keys. */
// @ts-ignore: decorator
@inline
function maskAt(mask: usize, step: usize, j: i32): v128 {
  return step ? v128.load(mask + (<usize>j << 2)) : v128.load32_splat(mask);
}

// @ts-ignore: decorator
@inline
function scaled(z: usize, j: i32, scale: v128): v128 {
  return f32x4.mul(v128.load(z + (<usize>j << 2)), scale);
}

/**
 * One row of weights over keys 0 … `reach` − 1, zeros up to `keys`; z are unscaled products. `slope` > 0 penalises the distance to
 * `position`. Returns what the row was divided by.
 */
function weightsRow(
  kind: i32, z: usize, w: usize, reach: i32, keys: i32, position: i32, scaling: f32, slope: f32, mask: usize, maskStep: usize, normalized: i32,
): f32 {
  const zero = f32x4.splat(0), scale = f32x4.splat(scaling), penalty = f32x4.splat(slope), here = f32x4.splat(<f32>position);
  let divisor: f32 = 1;
  let sum = zero;
  if (kind == EXPRESSIVE) {
    const limit = f32x4.splat(LOGIT_LIMIT);
    for (let j = 0; j < reach; j += 4) {
      const logit = f32x4.pmin(f32x4.pmax(scaled(z, j, scale), f32x4.neg(limit)), limit);
      const square = f32x4.mul(logit, logit);
      let score = f32x4.div(square, f32x4.add(square, f32x4.splat(1)));
      if (slope > 0) score = f32x4.mul(score, expNegative(f32x4.neg(f32x4.mul(penalty, f32x4.abs(f32x4.sub(here, positions(j)))))));
      if (mask) score = f32x4.mul(score, maskAt(mask, maskStep, j));
      score = keepPart(score, zero, reach - j);
      sum = f32x4.add(sum, score);
      v128.store(w + (<usize>j << 2), score);
    }
    if (normalized) divisor = sumLanes(sum) + EPSILON;
  } else {
    const lowest = f32x4.splat(f32.NEGATIVE_INFINITY), masked = f32x4.splat(MASKED);
    let largest = lowest;
    for (let j = 0; j < reach; j += 4) {
      let logit = scaled(z, j, scale);
      if (kind == COG) logit = f32x4.abs(logit);
      if (slope > 0) logit = f32x4.sub(logit, f32x4.mul(penalty, f32x4.abs(f32x4.sub(here, positions(j)))));
      if (mask) logit = v128.bitselect(masked, logit, f32x4.eq(maskAt(mask, maskStep, j), zero));
      logit = keepPart(logit, lowest, reach - j);
      largest = f32x4.max(largest, logit);
      v128.store(w + (<usize>j << 2), logit);
    }
    largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
    largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2));
    for (let j = 0; j < reach; j += 4) {
      let e = expNegative(f32x4.sub(v128.load(w + (<usize>j << 2)), largest));
      if (mask) e = v128.bitselect(zero, e, f32x4.eq(maskAt(mask, maskStep, j), zero));
      e = keepPart(e, zero, reach - j);
      sum = f32x4.add(sum, e);
      v128.store(w + (<usize>j << 2), e);
    }
    divisor = sumLanes(sum);
    if (divisor == 0) divisor = 1;
  }
  const total = f32x4.splat(divisor), sign = i32x4.splat(0x80000000);
  let j = 0;
  for (; j < reach; j += 4) {
    let weight = f32x4.div(v128.load(w + (<usize>j << 2)), total);
    if (kind == COG) {
      const logit = scaled(z, j, scale);
      weight = v128.or(weight, v128.and(logit, sign));
      weight = v128.bitselect(zero, weight, f32x4.eq(logit, zero));
    }
    v128.store(w + (<usize>j << 2), keepPart(weight, zero, reach - j));
  }
  for (; j < keys; j += 4) v128.store(w + (<usize>j << 2), zero);
  return divisor;
}

/** ∂z over keys 0 … `reach` − 1 from ∂w in place (`d`), zeros up to `keys`; already multiplied by the scale. */
function gradientRow(
  kind: i32, z: usize, w: usize, d: usize, reach: i32, keys: i32, position: i32, scaling: f32, slope: f32, mask: usize, maskStep: usize,
  normalized: i32, divisor: f32,
): void {
  const zero = f32x4.splat(0), scale = f32x4.splat(scaling), sign = i32x4.splat(0x80000000);
  let sum = zero;
  for (let j = 0; j < reach; j += 4) {
    // Lanes past the reach hold anything in d, and 0 in w.
    const up = keepPart(v128.load(d + (<usize>j << 2)), zero, reach - j);
    sum = f32x4.add(sum, f32x4.mul(up, v128.load(w + (<usize>j << 2))));
  }
  const mean = f32x4.splat(kind == EXPRESSIVE && !normalized ? 0 : sumLanes(sum));
  let j = 0;
  if (kind == EXPRESSIVE) {
    const limit = f32x4.splat(LOGIT_LIMIT), one = f32x4.splat(1), penalty = f32x4.splat(slope), here = f32x4.splat(<f32>position);
    const factor = f32x4.splat(2 * scaling / divisor);
    for (; j < reach; j += 4) {
      const logit = f32x4.pmin(f32x4.pmax(scaled(z, j, scale), f32x4.neg(limit)), limit);
      const under = f32x4.add(f32x4.mul(logit, logit), one);
      let g = f32x4.div(f32x4.div(f32x4.mul(f32x4.mul(f32x4.sub(v128.load(d + (<usize>j << 2)), mean), factor), logit), under), under);
      if (slope > 0) g = f32x4.mul(g, expNegative(f32x4.neg(f32x4.mul(penalty, f32x4.abs(f32x4.sub(here, positions(j)))))));
      if (mask) g = f32x4.mul(g, maskAt(mask, maskStep, j));
      v128.store(d + (<usize>j << 2), keepPart(g, zero, reach - j));
    }
  } else {
    // The mean is removed twice: where one weight is nearly 1, the first difference is mostly rounding error.
    let rest = zero, shares = zero;
    let zeroLogits = false;
    for (j = 0; j < reach; j += 4) {
      const weight = v128.load(w + (<usize>j << 2));
      if (kind == COG) {
        shares = f32x4.add(shares, f32x4.abs(weight));
        // Lanes past the reach hold anything.
        const logit = keepPart(scaled(z, j, scale), f32x4.splat(1), reach - j);
        zeroLogits = zeroLogits || v128.any_true(f32x4.eq(logit, zero));
      }
      let up = v128.load(d + (<usize>j << 2));
      // Cog: ∂|w| = sign·∂w.
      if (kind == COG) up = v128.xor(up, v128.and(weight, sign));
      const g = keepPart(f32x4.mul(f32x4.sub(up, mean), f32x4.abs(weight)), zero, reach - j);
      rest = f32x4.add(rest, g);
      v128.store(d + (<usize>j << 2), g);
    }
    // Cog: a logit of 0 has weight 0, yet its share of the softmax takes part in the balance.
    const hidden: f32 = zeroLogits ? 1 - sumLanes(shares) : 0;
    const error = f32x4.splat(sumLanes(rest) - hidden * f32x4.extract_lane(mean, 0));
    for (j = 0; j < reach; j += 4) {
      const weight = v128.load(w + (<usize>j << 2));
      let g = f32x4.mul(f32x4.sub(v128.load(d + (<usize>j << 2)), f32x4.mul(error, f32x4.abs(weight))), scale);
      if (kind == COG) g = v128.xor(g, v128.and(weight, sign));
      v128.store(d + (<usize>j << 2), g);
    }
  }
  for (; j < keys; j += 4) v128.store(d + (<usize>j << 2), zero);
}

/** Keys that query `i` may reach, before the mask. */
// @ts-ignore: decorator
@inline
function reachOf(i: i32, queries: i32, keys: i32, causal: i32): i32 {
  return causal ? max(0, min(keys, i + keys - queries + 1)) : keys;
}

/**
 * output = weights(q, k) · v for every batch and head, all contiguous [batch, heads, rows, …]. `slopeBase`: head h has
 * the slope slopeBase^(h + 1), 0 without ALiBi. `mask`: floats with element strides for batch, head, query and key, or 0. `tiles`: blockRows rows of `keys` rounded up to 4 floats,
 * twice.
 */
export function attention(
  q: usize, k: usize, v: usize, output: usize, kind: i32, batch: i32, heads: i32, queries: i32, keys: i32, width: i32, valueWidth: i32,
  scale: f32, causal: i32, slopeBase: f64, mask: usize, maskBatch: i32, maskHead: i32, maskQuery: i32, maskKey: i32, normalized: i32,
  blockRows: i32, tiles: usize,
): void {
  const widthBytes = <usize>width << 2, valueBytes = <usize>valueWidth << 2;
  const tileStep = (<usize>keys + 3 & ~3) << 2, maskStep = <usize>maskKey << 2;
  const z = tiles, w = tiles + <usize>blockRows * tileStep;
  for (let b = 0; b < batch; b++) {
    let power: f64 = 1;
    for (let h = 0; h < heads; h++) {
      power *= slopeBase;
      const slope = <f32>power;
      const maskHere = mask + (<usize>(b * maskBatch + h * maskHead) << 2);
      for (let i0 = 0; i0 < queries; i0 += blockRows) {
        const rows = min(blockRows, queries - i0);
        const far = reachOf(i0 + rows - 1, queries, keys, causal);
        const to = output + <usize>i0 * valueBytes;
        if (far == 0) { memory.fill(to, 0, <usize>rows * valueBytes); continue; }
        product(q + <usize>i0 * widthBytes, widthBytes, k, widthBytes, z, tileStep, rows, far, width, 0, 1, START_ZERO, 0, 0);
        for (let r = 0; r < rows; r++) {
          const i = i0 + r, at = <usize>r * tileStep;
          const maskRow = mask ? maskHere + (<usize>(i * maskQuery) << 2) : 0;
          weightsRow(kind, z + at, w + at, reachOf(i, queries, keys, causal), far, i + keys - queries, scale, slope, maskRow, maskStep, normalized);
        }
        product(w, tileStep, v, valueBytes, to, valueBytes, rows, valueWidth, far, 0, 0, START_ZERO, 0, 0);
      }
      q += <usize>queries * widthBytes; k += <usize>keys * widthBytes; v += <usize>keys * valueBytes; output += <usize>queries * valueBytes;
    }
  }
}

/** Gradients of `attention` for q, k and v; the weights are computed again. `tiles` holds three blocks. */
export function attentionGradient(
  q: usize, k: usize, v: usize, dy: usize, dq: usize, dk: usize, dv: usize, kind: i32, batch: i32, heads: i32, queries: i32, keys: i32,
  width: i32, valueWidth: i32, scale: f32, causal: i32, slopeBase: f64, mask: usize, maskBatch: i32, maskHead: i32, maskQuery: i32,
  maskKey: i32, normalized: i32, blockRows: i32, tiles: usize,
): void {
  const widthBytes = <usize>width << 2, valueBytes = <usize>valueWidth << 2;
  const tileStep = (<usize>keys + 3 & ~3) << 2, maskStep = <usize>maskKey << 2;
  const tileBytes = <usize>blockRows * tileStep;
  const z = tiles, w = tiles + tileBytes, d = w + tileBytes;
  for (let b = 0; b < batch; b++) {
    let power: f64 = 1;
    for (let h = 0; h < heads; h++) {
      power *= slopeBase;
      const slope = <f32>power;
      const maskHere = mask + (<usize>(b * maskBatch + h * maskHead) << 2);
      // From the last block, which reaches every key and so starts every row of ∂k and ∂v, backwards.
      let start = START_ZERO;
      for (let i0 = (queries - 1) / blockRows * blockRows; i0 >= 0; i0 -= blockRows) {
        const rows = min(blockRows, queries - i0);
        const far = reachOf(i0 + rows - 1, queries, keys, causal);
        const queryRows = q + <usize>i0 * widthBytes, upRows = dy + <usize>i0 * valueBytes, to = dq + <usize>i0 * widthBytes;
        if (far == 0) { memory.fill(to, 0, <usize>rows * widthBytes); continue; }
        product(queryRows, widthBytes, k, widthBytes, z, tileStep, rows, far, width, 0, 1, START_ZERO, 0, 0);
        product(upRows, valueBytes, v, valueBytes, d, tileStep, rows, far, valueWidth, 0, 1, START_ZERO, 0, 0);
        for (let r = 0; r < rows; r++) {
          const i = i0 + r, at = <usize>r * tileStep, reach = reachOf(i, queries, keys, causal), position = i + keys - queries;
          const maskRow = mask ? maskHere + (<usize>(i * maskQuery) << 2) : 0;
          const divisor = weightsRow(kind, z + at, w + at, reach, far, position, scale, slope, maskRow, maskStep, normalized);
          gradientRow(kind, z + at, w + at, d + at, reach, far, position, scale, slope, maskRow, maskStep, normalized, divisor);
        }
        product(d, tileStep, k, widthBytes, to, widthBytes, rows, width, far, 0, 0, START_ZERO, 0, 0);
        product(d, tileStep, queryRows, widthBytes, dk, widthBytes, far, width, rows, 1, 0, start, 0, 0);
        product(w, tileStep, upRows, valueBytes, dv, valueBytes, far, valueWidth, rows, 1, 0, start, 0, 0);
        start = START_C;
      }
      q += <usize>queries * widthBytes; k += <usize>keys * widthBytes; v += <usize>keys * valueBytes; dy += <usize>queries * valueBytes;
      dq += <usize>queries * widthBytes; dk += <usize>keys * widthBytes; dv += <usize>keys * valueBytes;
    }
  }
}
