// Layer and root-mean-square normalisation of rows, four (forward) or two (backward) at a time, so that their sums overlap.
// Rows are seen as [count, period]: gains repeat every `period` rows (1: one gain for all rows).
import { inParallel, jobArguments } from './parallel';
import { LIGHT, pieceOf, piecesIn, roomFor } from './pieces';
import { keepPart, madd, storePart } from './simd';

// Compile-time number of rows, spelled as types so that the compiler folds them.
type Rows1 = i8;
type Rows2 = i16;
type Rows4 = i32;

@unmanaged
class Normalization {
  x: usize; gamma: usize; beta: usize; y: usize; means: usize; rates: usize; rows: i32; n: i32; period: i32; epsilon: f32; centred: i32;
  dy: usize; dx: usize; dgamma: usize; dbeta: usize;
  /** Rows of a chunk, or (backward) counts of a chunk. */
  piece: i32;
}

/** The sums of four vectors, one in each lane. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 2, 6), v128.shuffle<f32>(a, b, 1, 5, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 2, 6), v128.shuffle<f32>(c, d, 1, 5, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

class Sum {}
class Squares {}

/** `total` and the next `left` elements of a row, or the squares of their distance from `mean`. */
// @ts-ignore: decorator
@inline
function joined<F>(total: v128, x: usize, mean: v128, left: i32): v128 {
  let value = idof<F>() == idof<Squares>() ? f32x4.sub(v128.load(x), mean) : v128.load(x);
  if (left < 4) value = keepPart(value, f32x4.splat(0), left);
  return idof<F>() == idof<Squares>() ? madd(value, value, total) : f32x4.add(total, value);
}

/** Sums over one row or four, one in each lane. */
// @ts-ignore: decorator
@inline
function rowSums<R, F>(x: usize, n: i32, m0: v128, m1: v128, m2: v128, m3: v128): v128 {
  const four = sizeof<R>() == 4, bytes = <usize>n << 2;
  let a = f32x4.splat(0), b = a, c = a, d = a;
  for (; n >= 4; n -= 4) {
    a = joined<F>(a, x, m0, 4);
    if (four) { b = joined<F>(b, x + bytes, m1, 4); c = joined<F>(c, x + 2 * bytes, m2, 4); d = joined<F>(d, x + 3 * bytes, m3, 4); }
    x += 16;
  }
  if (n > 0) {
    a = joined<F>(a, x, m0, n);
    if (four) { b = joined<F>(b, x + bytes, m1, n); c = joined<F>(c, x + 2 * bytes, m2, n); d = joined<F>(d, x + 3 * bytes, m3, n); }
  }
  return sums(a, b, c, d);
}

/**
 * y = γ ⊙ (x − μ)·r + β with r = 1/√(σ² + ε); μ and r of every row go to `means` and `rates`. `centred` 0: μ = 0, the root mean square.
 * `beta` 0: none.
 */
export function normalize(
  x: usize, gamma: usize, beta: usize, y: usize, means: usize, rates: usize, rows: i32, n: i32, period: i32, epsilon: f32, centred: i32,
): void {
  const job = changetype<Normalization>(jobArguments());
  job.x = x; job.gamma = gamma; job.beta = beta; job.y = y; job.means = means; job.rates = rates;
  job.rows = rows; job.n = n; job.period = period; job.epsilon = epsilon; job.centred = centred;
  job.piece = pieceOf(rows, LIGHT / max(1, n), 4);
  inParallel(piecesIn(rows, job.piece), (chunk: i32) => {
    const job = changetype<Normalization>(jobArguments());
    let row = chunk * job.piece;
    const last = min(job.rows, row + job.piece);
    for (; row + 4 <= last; row += 4) normalizeRows<Rows4>(row);
    for (; row < last; row++) normalizeRows<Rows1>(row);
  });
}

function normalizeRows<R>(row: i32): void {
  const four = sizeof<R>() == 4;
  const job = changetype<Normalization>(jobArguments());
  const n = job.n, bytes = <usize>n << 2, x = job.x + <usize>row * bytes, zero = f32x4.splat(0), share = f32x4.splat(1 / <f32>n);
  const mean = job.centred ? f32x4.mul(rowSums<R, Sum>(x, n, zero, zero, zero, zero), share) : zero;
  const m0 = v128.shuffle<f32>(mean, mean, 0, 0, 0, 0), m1 = v128.shuffle<f32>(mean, mean, 1, 1, 1, 1);
  const m2 = v128.shuffle<f32>(mean, mean, 2, 2, 2, 2), m3 = v128.shuffle<f32>(mean, mean, 3, 3, 3, 3);
  const variance = f32x4.mul(rowSums<R, Squares>(x, n, m0, m1, m2, m3), share);
  const rate = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(job.epsilon))));
  storePart(job.means + (<usize>row << 2), mean, four ? 4 : 1);
  storePart(job.rates + (<usize>row << 2), rate, four ? 4 : 1);
  finish(x, row, m0, v128.shuffle<f32>(rate, rate, 0, 0, 0, 0));
  if (four) {
    finish(x + bytes, row + 1, m1, v128.shuffle<f32>(rate, rate, 1, 1, 1, 1));
    finish(x + 2 * bytes, row + 2, m2, v128.shuffle<f32>(rate, rate, 2, 2, 2, 2));
    finish(x + 3 * bytes, row + 3, m3, v128.shuffle<f32>(rate, rate, 3, 3, 3, 3));
  }
}

/** A row of y. */
// @ts-ignore: decorator
@inline
function finish(x: usize, row: i32, mean: v128, rate: v128): void {
  const job = changetype<Normalization>(jobArguments());
  const bytes = <usize>job.n << 2, offset = <usize>(row % job.period) * bytes, beta = job.beta;
  let g = job.gamma + offset, b = beta + offset, y = job.y + <usize>row * bytes, n = job.n;
  for (; n >= 16; n -= 16) {
    const u0 = f32x4.mul(f32x4.sub(v128.load(x), mean), rate), u1 = f32x4.mul(f32x4.sub(v128.load(x, 16), mean), rate);
    const u2 = f32x4.mul(f32x4.sub(v128.load(x, 32), mean), rate), u3 = f32x4.mul(f32x4.sub(v128.load(x, 48), mean), rate);
    if (beta) {
      v128.store(y, madd(u0, v128.load(g), v128.load(b)));
      v128.store(y, madd(u1, v128.load(g, 16), v128.load(b, 16)), 16);
      v128.store(y, madd(u2, v128.load(g, 32), v128.load(b, 32)), 32);
      v128.store(y, madd(u3, v128.load(g, 48), v128.load(b, 48)), 48);
    } else {
      v128.store(y, f32x4.mul(u0, v128.load(g)));
      v128.store(y, f32x4.mul(u1, v128.load(g, 16)), 16);
      v128.store(y, f32x4.mul(u2, v128.load(g, 32)), 32);
      v128.store(y, f32x4.mul(u3, v128.load(g, 48)), 48);
    }
    x += 64; y += 64; g += 64; b += 64;
  }
  for (; n > 0; n -= 4) {
    const unit = f32x4.mul(f32x4.sub(v128.load(x), mean), rate);
    storePart(y, beta ? madd(unit, v128.load(g), v128.load(b)) : f32x4.mul(unit, v128.load(g)), n);
    x += 16; y += 16; g += 16; b += 16;
  }
}

/**
 * ∂x = r·(g − mean(g) − x̂·mean(g ⊙ x̂)) with g = γ ⊙ ∂y, x̂ = (x − μ)·r; without the mean(g) where not centred. In the same pass
 * ∂γ = Σ ∂y ⊙ x̂ and ∂β = Σ ∂y (`dbeta` 0: none) over each of `blocks` equal blocks of counts: `dgamma` and `dbeta` are [blocks, period, n].
 */
export function normalizeGradient(
  x: usize, gamma: usize, dy: usize, means: usize, rates: usize, dx: usize, dgamma: usize, dbeta: usize, blocks: i32,
  rows: i32, n: i32, period: i32, centred: i32,
): void {
  const job = changetype<Normalization>(jobArguments());
  job.x = x; job.gamma = gamma; job.dy = dy; job.means = means; job.rates = rates; job.dx = dx; job.dgamma = dgamma; job.dbeta = dbeta;
  job.rows = rows; job.n = n; job.period = period; job.centred = centred;
  job.piece = (rows / period + blocks - 1) / blocks;
  inParallel(blocks, (chunk: i32) => {
    const job = changetype<Normalization>(jobArguments());
    const size = <usize>(job.period * job.n) << 2;
    const dgamma = job.dgamma + <usize>chunk * size, dbeta = job.dbeta ? job.dbeta + <usize>chunk * size : 0;
    const room = roomFor(dgamma, 2 * size);
    const gammaSums = room, betaSums = room == dgamma ? dbeta : room + size;
    memory.fill(gammaSums, 0, size);
    if (dbeta) memory.fill(betaSums, 0, size);
    let count = chunk * job.piece;
    const last = min(job.rows / job.period, count + job.piece);
    for (; count + 2 <= last; count += 2) gradientRows<Rows2>(count, gammaSums, betaSums);
    if (count < last) gradientRows<Rows1>(count, gammaSums, betaSums);
    if (room != dgamma) {
      memory.copy(dgamma, gammaSums, size);
      if (dbeta) memory.copy(dbeta, betaSums, size);
    }
  });
}

/** One count, or two, at every position of the period. */
function gradientRows<R>(count: i32, dgamma: usize, dbeta: usize): void {
  const two = sizeof<R>() == 2;
  const job = changetype<Normalization>(jobArguments());
  const n = job.n, period = job.period, bytes = <usize>n << 2, skip = <usize>period * bytes, statSkip = <usize>period << 2;
  const zero = f32x4.splat(0), share = f32x4.splat(1 / <f32>n), offset = <usize>(count * period);
  const centred = job.centred, shifts = job.dbeta != 0;
  let x = job.x + offset * bytes, dy = job.dy + offset * bytes, dx = job.dx + offset * bytes, gain = job.gamma;
  let mean = job.means + (offset << 2), rate = job.rates + (offset << 2);
  for (let position = 0; position < period; position++) {
    const m0 = v128.load32_splat(mean), r0 = v128.load32_splat(rate);
    const m1 = two ? v128.load32_splat(mean + statSkip) : zero, r1 = two ? v128.load32_splat(rate + statSkip) : zero;
    let sum0 = zero, along0 = zero, sum1 = zero, along1 = zero, p = x, d = dy, g = gain;
    for (let left = n; left > 0; left -= 4) {
      const slope = v128.load(g);
      let s = f32x4.mul(slope, v128.load(d)), e = f32x4.sub(v128.load(p), m0);
      if (left < 4) { s = keepPart(s, zero, left); e = keepPart(e, zero, left); }
      sum0 = f32x4.add(sum0, s); along0 = madd(s, e, along0);
      if (two) {
        s = f32x4.mul(slope, v128.load(d + skip)); e = f32x4.sub(v128.load(p + skip), m1);
        if (left < 4) { s = keepPart(s, zero, left); e = keepPart(e, zero, left); }
        sum1 = f32x4.add(sum1, s); along1 = madd(s, e, along1);
      }
      p += 16; d += 16; g += 16;
    }
    // ∂x = r·g + k·(x − μ) + c with c = −r·mean(g) and k = −r³·mean(g ⊙ (x − μ))
    const r = v128.shuffle<f32>(r0, r1, 0, 4, 0, 4);
    const c = f32x4.neg(f32x4.mul(r, f32x4.mul(sums(sum0, sum1, along0, along1), share))), k = f32x4.mul(c, f32x4.mul(r, r));
    const c0 = centred ? v128.shuffle<f32>(c, c, 0, 0, 0, 0) : zero, c1 = centred ? v128.shuffle<f32>(c, c, 1, 1, 1, 1) : zero;
    const k0 = v128.shuffle<f32>(k, k, 2, 2, 2, 2), k1 = v128.shuffle<f32>(k, k, 3, 3, 3, 3);
    let to = dx, left = n;
    p = x; d = dy; g = gain;
    for (; left >= 4; left -= 4) {
      gradientVector<R>(p, g, d, to, skip, dgamma, dbeta, shifts, 4, m0, r0, c0, k0, m1, r1, c1, k1);
      p += 16; d += 16; g += 16; to += 16; dgamma += 16; dbeta += 16;
    }
    if (left > 0) gradientVector<R>(p, g, d, to, skip, dgamma, dbeta, shifts, left, m0, r0, c0, k0, m1, r1, c1, k1);
    dgamma += <usize>left << 2; dbeta += <usize>left << 2;
    x += bytes; dy += bytes; dx += bytes; gain += bytes; mean += 4; rate += 4;
  }
}

// @ts-ignore: decorator
@inline
function gradientVector<R>(
  x: usize, gain: usize, dy: usize, dx: usize, skip: usize, dgamma: usize, dbeta: usize, shifts: bool, left: i32,
  m0: v128, r0: v128, c0: v128, k0: v128, m1: v128, r1: v128, c1: v128, k1: v128,
): void {
  const g = v128.load(gain), up0 = v128.load(dy), e0 = f32x4.sub(v128.load(x), m0), t0 = f32x4.mul(up0, r0);
  storePart(dx, madd(e0, k0, madd(g, t0, c0)), left);
  let gammaSum = madd(t0, e0, v128.load(dgamma)), betaSum = up0;
  if (sizeof<R>() == 2) {
    const up1 = v128.load(dy + skip), e1 = f32x4.sub(v128.load(x + skip), m1), t1 = f32x4.mul(up1, r1);
    storePart(dx + skip, madd(e1, k1, madd(g, t1, c1)), left);
    gammaSum = madd(t1, e1, gammaSum); betaSum = f32x4.add(up0, up1);
  }
  storePart(dgamma, gammaSum, left);
  if (shifts) storePart(dbeta, f32x4.add(v128.load(dbeta), betaSum), left);
}
