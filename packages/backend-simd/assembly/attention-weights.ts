// What attention does element by element: from products to weights, and from ∂weights to ∂products. Queries lie side by side, with a row
// for every key: four of them are a vector, sums over keys stay in its lanes, and no row has an end to take care of.
// Specification: packages/attention/src/naive.ts.
import { expNegative } from './simd';

// Compile-time parameters, spelled as types so that the compiler folds them: the mechanism …
type DotProduct = i8;
type Expressive = i16;
type Cog = i32;
// … and what is wanted: the weights, or also the gradient.
export type Weights = i8;
export type Gradient = i16;

const DOT_PRODUCT: i32 = 0;
const EXPRESSIVE: i32 = 1;

/** Queries of a block, and bytes from one key of a block to the next. */
export const BLOCK: i32 = 8;
export const BLOCK_STEP: usize = 32;

/** Keeps an expressive row whose scores are all zero at zero. */
const EPSILON: f32 = 1e-9;
/** z² overflows beyond 1.8e19, z²/(1 + z²) rounds to 1 from 4.1e3 on. */
const LOGIT_LIMIT: f32 = 1e9;
/** Stands for a masked logit: far below any other, yet finite. */
const MASKED: f32 = -1e30;

/** A call of `attention` or `attentionGradient`, as all of its threads see it. */
@unmanaged
export class AttentionJob {
  /** The first head of the first sequence, and bytes from one token, head, sequence to the next. */
  q: usize; qRow: usize; qHead: usize; qBatch: usize;
  k: usize; kRow: usize; kHead: usize; kBatch: usize;
  v: usize; vRow: usize; vHead: usize; vBatch: usize;
  /** The output, or its gradient. */
  y: usize; yRow: usize; yHead: usize; yBatch: usize;
  /** The gradients of q, k and v, which lie as those do. */
  dq: usize; dk: usize; dv: usize;
  kind: i32; heads: i32; queries: i32; keys: i32; width: i32; valueWidth: i32; scale: f32; causal: i32; normalized: i32;
  /** Head h has the slope slopeBase^(h + 1). */
  slopeBase: f64;
  /** Floats, and elements from one sequence, head, query, key to the next; 0 for none. */
  mask: usize; maskBatch: i32; maskHead: i32; maskQuery: i32; maskKey: i32;
  /** The first key of every query's document, floats [batch, queries], which grow from query to query; 0 for none. Causal ones only. */
  starts: usize;
  /** Working memory of thread 0, and bytes to that of the next. */
  tiles: usize; tileBytes: usize;
  /** How many pieces (blocks of queries, or for the gradient heads) a sequence and all of them have, and how many make a chunk. */
  pieces: i32; total: i32; group: i32;
  /** Whether every sequence is read from front to back before its heads are. */
  streamed: i32;
}

// @ts-ignore: decorator
@inline
function zeros(): v128 { return f32x4.splat(0); }

/** x·sign(z), with sign(0) = 0. */
// @ts-ignore: decorator
@inline
function withSign(x: v128, z: v128): v128 {
  return v128.andnot(v128.xor(x, v128.and(z, i32x4.splat(0x80000000))), f32x4.eq(z, zeros()));
}

/** The lanes of queries at `position` … that reach key j. */
// @ts-ignore: decorator
@inline
function reaching(position: i32, j: i32): v128 {
  return i32x4.ge_s(i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(position)), i32x4.splat(j));
}

/** The lanes of queries whose documents begin at key j or before. */
// @ts-ignore: decorator
@inline
function begun(starts: v128, j: i32): v128 {
  return i32x4.le_s(starts, i32x4.splat(j));
}

/** Mask values of up to four queries, `step` bytes apart. */
// @ts-ignore: decorator
@inline
function maskAt(at: usize, step: usize, rows: i32): v128 {
  let mask = v128.load32_splat(at);
  if (step) {
    if (rows > 1) mask = v128.load32_lane(at + step, mask, 1);
    if (rows > 2) mask = v128.load32_lane(at + 2 * step, mask, 2);
    if (rows > 3) mask = v128.load32_lane(at + 3 * step, mask, 3);
  }
  return mask;
}

// @ts-ignore: decorator
@inline
function penalty(slope: v128, here: v128, j: i32): v128 {
  return f32x4.mul(slope, f32x4.abs(f32x4.sub(here, f32x4.splat(<f32>j))));
}

/** What the softmax is taken of. */
// @ts-ignore: decorator
@inline
function exponent<K>(z: v128, restricted: bool, slope: v128, here: v128, j: i32, mask: usize, maskStep: usize, rows: i32): v128 {
  let x = sizeof<K>() == sizeof<Cog>() ? f32x4.abs(z) : z;
  if (restricted) {
    x = f32x4.sub(x, penalty(slope, here, j));
    if (mask) x = v128.bitselect(f32x4.splat(MASKED), x, f32x4.eq(maskAt(mask, maskStep, rows), zeros()));
  }
  return x;
}

/**
 * Four queries over `reach` keys: q·k in z become weights in w. With G = Gradient, u holds ∂w, ∂(q·k) goes to d, and z is overwritten.
 * From one key to the next, z and u have the step of a block, w and d `step` bytes; those are filled with zeros up to `keys`.
 * `position`: place of the first query among the keys. `rows`: how many of the four there are. `slopeOfHead` > 0 penalises distance,
 * `mask` is where the values for the first query and key are, or 0. Keys from `begin` on are in the documents of all four, keys before
 * in those of queries whose `starts` they reach.
 */
function fourQueries<K, G>(
  job: AttentionJob, z: usize, u: usize, w: usize, d: usize, step: usize, reach: i32, keys: i32, position: i32, rows: i32, slopeOfHead: f32,
  mask: usize, begin: i32, starts: v128,
): void {
  const expressive = sizeof<K>() == sizeof<Expressive>(), cog = sizeof<K>() == sizeof<Cog>(), gradient = sizeof<G>() == sizeof<Gradient>();
  const scale = f32x4.splat(job.scale), one = f32x4.splat(1);
  // Keys up to here are within reach of all four.
  const common = job.causal ? position : keys;
  const restricted = slopeOfHead > 0 || mask != 0;
  // Keys that all four reach, without more ado.
  const free = restricted ? reach : begin, freeEnd = min(reach, common + 1);
  const slope = f32x4.splat(slopeOfHead), here = f32x4.add(f32x4.splat(<f32>position), f32x4(0, 1, 2, 3));
  const maskStep = <usize>job.maskQuery << 2, maskNext = <usize>job.maskKey << 2;
  let sum = zeros(), dot = zeros();
  let from = z, up = u, to = w, maskHere = mask;
  if (expressive) {
    const limit = f32x4.splat(LOGIT_LIMIT), least = f32x4.splat(-LOGIT_LIMIT);
    for (let j = 0; j < reach; j++) {
      const logit = f32x4.pmin(f32x4.pmax(f32x4.mul(v128.load(from), scale), least), limit);
      const square = f32x4.mul(logit, logit), under = f32x4.div(one, f32x4.add(square, one));
      // u = z²/(1 + z²); z/(1 + z²)² is half its derivative.
      let score = f32x4.mul(square, under), rise = f32x4.mul(f32x4.mul(logit, under), under);
      if (restricted) {
        let factor = expNegative(f32x4.neg(penalty(slope, here, j)));
        if (mask) factor = f32x4.mul(factor, maskAt(maskHere, maskStep, rows));
        score = f32x4.mul(score, factor);
        rise = f32x4.mul(rise, factor);
        maskHere += maskNext;
      }
      if (j > common) {
        score = v128.and(score, reaching(position, j));
        rise = v128.and(rise, reaching(position, j));
      }
      if (j < begin) {
        score = v128.and(score, begun(starts, j));
        rise = v128.and(rise, begun(starts, j));
      }
      sum = f32x4.add(sum, score);
      v128.store(to, score);
      if (gradient) {
        dot = f32x4.add(dot, f32x4.mul(score, v128.load(up)));
        v128.store(from, rise);
        up += BLOCK_STEP;
      }
      from += BLOCK_STEP; to += step;
    }
    const inverse = job.normalized ? f32x4.div(one, f32x4.add(sum, f32x4.splat(EPSILON))) : one;
    const mean = job.normalized ? f32x4.mul(dot, inverse) : zeros(), factor = f32x4.mul(f32x4.splat(2 * job.scale), inverse);
    from = z; up = u; to = w;
    for (let j = 0; j < reach; j++) {
      v128.store(to, f32x4.mul(v128.load(to), inverse));
      to += step;
      if (gradient) {
        v128.store(d, f32x4.mul(f32x4.sub(v128.load(up), mean), f32x4.mul(v128.load(from), factor)));
        from += BLOCK_STEP; up += BLOCK_STEP; d += step;
      }
    }
  } else {
    const lowest = f32x4.splat(f32.NEGATIVE_INFINITY);
    let largest = lowest;
    for (let j = 0; j < reach;) {
      for (const end = j < free ? j : freeEnd; j < end; j++) {
        const logit = f32x4.mul(v128.load(from), scale);
        largest = f32x4.pmax(largest, cog ? f32x4.abs(logit) : logit);
        from += BLOCK_STEP;
      }
      if (j == reach) break;
      let x = exponent<K>(f32x4.mul(v128.load(from), scale), restricted, slope, here, j, maskHere, maskStep, rows);
      if (j > common) x = v128.bitselect(x, lowest, reaching(position, j));
      if (j < begin) x = v128.bitselect(x, lowest, begun(starts, j));
      largest = f32x4.pmax(largest, x);
      from += BLOCK_STEP; j++;
      if (mask) maskHere += maskNext;
    }
    from = z; maskHere = mask;
    for (let j = 0; j < reach;) {
      for (const end = j < free ? j : freeEnd; j < end; j++) {
        const logit = f32x4.mul(v128.load(from), scale);
        const e = expNegative(f32x4.sub(cog ? f32x4.abs(logit) : logit, largest));
        sum = f32x4.add(sum, e);
        if (gradient) {
          const share = f32x4.mul(e, v128.load(up));
          dot = f32x4.add(dot, cog ? withSign(share, logit) : share);
          up += BLOCK_STEP;
        }
        v128.store(to, cog && !gradient ? withSign(e, logit) : e);
        from += BLOCK_STEP; to += step;
      }
      if (j == reach) break;
      const logit = f32x4.mul(v128.load(from), scale);
      let e = expNegative(f32x4.sub(exponent<K>(logit, restricted, slope, here, j, maskHere, maskStep, rows), largest));
      if (mask) {
        e = v128.andnot(e, f32x4.eq(maskAt(maskHere, maskStep, rows), zeros()));
        maskHere += maskNext;
      }
      if (j > common) e = v128.and(e, reaching(position, j));
      if (j < begin) e = v128.and(e, begun(starts, j));
      sum = f32x4.add(sum, e);
      if (gradient) {
        const share = f32x4.mul(e, v128.load(up));
        dot = f32x4.add(dot, cog ? withSign(share, logit) : share);
        up += BLOCK_STEP;
      }
      v128.store(to, cog && !gradient ? withSign(e, logit) : e);
      from += BLOCK_STEP; to += step; j++;
    }
    // A query that may attend to nothing has weights 0.
    const inverse = v128.andnot(f32x4.div(one, sum), f32x4.eq(sum, zeros()));
    to = w;
    if (!gradient) {
      for (let j = 0; j < reach; j++) { v128.store(to, f32x4.mul(v128.load(to), inverse)); to += step; }
    } else {
      // The mean is removed twice: where one weight is nearly 1, the first difference is mostly rounding error.
      const mean = f32x4.mul(dot, inverse);
      let error = zeros(), at = d;
      from = z; up = u;
      for (let j = 0; j < reach; j++) {
        const share = f32x4.mul(v128.load(to), inverse);
        let weight = share, change = v128.load(up);
        if (cog) {
          // ∂|w| = sign·∂w. A logit of 0 has weight 0, yet its share of the softmax takes part in the balance.
          const logit = f32x4.mul(v128.load(from), scale);
          const balance = f32x4.mul(f32x4.sub(withSign(change, logit), mean), share);
          error = f32x4.add(error, balance);
          weight = withSign(share, logit);
          change = withSign(balance, logit);
          from += BLOCK_STEP;
        } else {
          change = f32x4.mul(f32x4.sub(change, mean), share);
          error = f32x4.add(error, change);
        }
        v128.store(to, weight);
        v128.store(at, change);
        up += BLOCK_STEP; to += step; at += step;
      }
      to = w;
      for (let j = 0; j < reach; j++) {
        v128.store(d, f32x4.mul(f32x4.sub(v128.load(d), f32x4.mul(error, v128.load(to))), scale));
        to += step; d += step;
      }
    }
  }
  for (let j = reach; j < keys; j++) {
    v128.store(to, zeros());
    to += step;
    if (gradient) { v128.store(d, zeros()); d += step; }
  }
}

/** Keys that query i may reach, before the mask. */
export function reachOf(job: AttentionJob, i: i32): i32 {
  return job.causal ? max(0, min(job.keys, i + job.keys - job.queries + 1)) : job.keys;
}

/** The key from which a block of queries, from query i on, is computed: the first of their documents, at a whole block of keys. */
export function firstKey(job: AttentionJob, b: i32, i: i32): i32 {
  return job.starts ? startOf(job, b, i) & ~(BLOCK - 1) : 0;
}

function startOf(job: AttentionJob, b: i32, i: i32): i32 {
  return max(0, min(i, <i32>f32.load(job.starts + (<usize>(b * job.queries + i) << 2))));
}

/** Up to eight queries of a head, from query i on, over the keys from `first` on, `keys` of them; see `fourQueries`. */
export function weigh<G>(
  job: AttentionJob, b: i32, h: i32, i: i32, rows: i32, z: usize, u: usize, w: usize, d: usize, step: usize, first: i32, keys: i32,
): void {
  let power: f64 = 1;
  for (let n = 0; n <= h; n++) power *= job.slopeBase;
  const slope = <f32>power, far = reachOf(job, i + rows - 1) - first;
  for (let r = 0; r < rows; r += 4) {
    const position = i + r + job.keys - job.queries - first, reach = job.causal ? max(0, min(far, position + 4)) : far;
    const mask = job.mask ? job.mask + (<usize>(b * job.maskBatch + h * job.maskHead + (i + r) * job.maskQuery + first * job.maskKey) << 2) : 0;
    let begin = 0, starts = zeros();
    if (job.starts) {
      const last = min(4, rows - r) - 1;
      starts = i32x4(
        startOf(job, b, i + r) - first, startOf(job, b, i + r + min(1, last)) - first, startOf(job, b, i + r + min(2, last)) - first,
        startOf(job, b, i + r + last) - first,
      );
      begin = i32x4.extract_lane(starts, 3);
    }
    if (job.kind == DOT_PRODUCT) fourQueries<DotProduct, G>(job, z, u, w, d, step, reach, keys, position, rows - r, slope, mask, begin, starts);
    else if (job.kind == EXPRESSIVE) fourQueries<Expressive, G>(job, z, u, w, d, step, reach, keys, position, rows - r, slope, mask, begin, starts);
    else fourQueries<Cog, G>(job, z, u, w, d, step, reach, keys, position, rows - r, slope, mask, begin, starts);
    z += 16; u += 16; w += 16; d += 16;
  }
}
