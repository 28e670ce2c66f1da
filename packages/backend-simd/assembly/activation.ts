// Activations of feed-forward layers with their gradients, and the error function.
import { inParallel, jobArguments } from './parallel';
import { decay, expNegative, madd, sigmoid, storePart } from './simd';

/** Elements of a chunk: some 10 µs. */
const CHUNK: i32 = 8192;

/**
 * x·P(x²)/Q(x²), a minimax fit of our own (2⁻²⁵) for |x| ≤ 3.94, where erf reaches 1. All terms of P and Q are positive, so nothing
 * cancels; beyond, x² stays and x grows, and the product is cut at exactly ±1. Keeps NaN.
 */
// @ts-ignore: decorator
@inline
function errorFunction(x: v128): v128 {
  const one = f32x4.splat(1), square = f32x4.pmin(f32x4.mul(x, x), f32x4.splat(15.5236));
  let p = madd(f32x4.splat(1.50191852e-6), square, f32x4.splat(2.10265411e-4));
  p = madd(p, square, f32x4.splat(2.80147837e-3));
  p = madd(p, square, f32x4.splat(3.90135609e-2));
  p = madd(p, square, f32x4.splat(1.41163647e-1));
  p = madd(p, square, f32x4.splat(8.33238721e-1));
  let q = madd(f32x4.splat(2.79996766e-5), square, f32x4.splat(8.624529e-4));
  q = madd(q, square, f32x4.splat(1.10958163e-2));
  q = madd(q, square, f32x4.splat(8.44830275e-2));
  q = madd(q, square, f32x4.splat(3.71248752e-1));
  q = madd(q, square, f32x4.splat(7.38438606e-1));
  return f32x4.pmin(f32x4.pmax(f32x4.mul(x, f32x4.div(p, q)), f32x4.neg(one)), one);
}

/** Φ(x) = ½(1 + erf(x/√2)), the share of a normal distribution below x. */
// @ts-ignore: decorator
@inline
function shareBelow(x: v128): v128 {
  const half = f32x4.splat(0.5);
  return madd(errorFunction(f32x4.mul(x, f32x4.splat(Mathf.SQRT1_2))), half, half);
}

// Functions as types, so that one loop serves all of them and the compiler folds the choice. Silu and the tanh form of Gelu are both
// x·σ(u(x)): ½(1 + tanh v) = σ(2v).
class Erf {}
class Gelu {}
class GeluTanh {}
class Silu {}

const TANH_LINEAR: f32 = 1.5957691216; // 2·√(2/π)
const TANH_CUBIC: f32 = 0.0713548163; // 0.044715 of it

/** x², at most 256, where σ(u) has long been 0 or 1: so that nothing overflows. Keeps NaN. */
// @ts-ignore: decorator
@inline
function boundedSquare(x: v128): v128 {
  return f32x4.pmin(f32x4.mul(x, x), f32x4.splat(256));
}

/** u(x) */
// @ts-ignore: decorator
@inline
function argument<F>(x: v128): v128 {
  if (idof<F>() == idof<Silu>()) return x;
  return f32x4.mul(x, madd(boundedSquare(x), f32x4.splat(TANH_CUBIC), f32x4.splat(TANH_LINEAR)));
}

/** u′(x) times y */
// @ts-ignore: decorator
@inline
function timesArgumentSlope<F>(y: v128, x: v128): v128 {
  if (idof<F>() == idof<Silu>()) return y;
  return f32x4.mul(y, madd(boundedSquare(x), f32x4.splat(3 * TANH_CUBIC), f32x4.splat(TANH_LINEAR)));
}

/** f(x) */
// @ts-ignore: decorator
@inline
function value<F>(x: v128): v128 {
  if (idof<F>() == idof<Erf>()) return errorFunction(x);
  if (idof<F>() == idof<Gelu>()) return f32x4.mul(x, shareBelow(x));
  return f32x4.mul(x, sigmoid(argument<F>(x)));
}

/** σ(−u), given e⁻ᵘ and σ(u). */
// @ts-ignore: decorator
@inline
function otherShare(decayed: v128, share: v128): v128 {
  // Infinity · 0 is NaN, and then the first operand stays.
  return f32x4.pmin(f32x4.splat(1), f32x4.mul(decayed, share));
}

/** f′(x): Φ + x·φ for Gelu, else σ(u) + x·σ(u)·σ(−u)·u′. */
// @ts-ignore: decorator
@inline
function slope<F>(x: v128): v128 {
  if (idof<F>() == idof<Gelu>()) {
    const bell = expNegative(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
    return madd(f32x4.mul(x, bell), f32x4.splat(0.398942280), shareBelow(x));
  }
  const one = f32x4.splat(1), decayed = decay(argument<F>(x)), sigma = f32x4.div(one, f32x4.add(one, decayed));
  return f32x4.add(sigma, timesArgumentSlope<F>(f32x4.mul(f32x4.mul(sigma, otherShare(decayed, sigma)), x), x));
}

@unmanaged
class Elements {
  x: usize; dy: usize; to: usize; n: i32;
}

// @ts-ignore: decorator
@inline
function each(x: usize, dy: usize, to: usize, n: i32, work: (chunk: i32) => void): void {
  const job = changetype<Elements>(jobArguments());
  job.x = x; job.dy = dy; job.to = to; job.n = n;
  inParallel((n + CHUNK - 1) / CHUNK, work);
}

// Loops of whole vectors, and what is left by itself: a branch within a loop keeps V8 from hoisting constants out of it, at twice the time.

function valueChunk<F>(chunk: i32): void {
  const job = changetype<Elements>(jobArguments());
  const skip = <usize>(chunk * CHUNK) << 2;
  let x = job.x + skip, to = job.to + skip, n = min(CHUNK, job.n - chunk * CHUNK);
  for (; n >= 4; n -= 4) { v128.store(to, value<F>(v128.load(x))); x += 16; to += 16; }
  if (n > 0) storePart(to, value<F>(v128.load(x)), n);
}

function gradientChunk<F>(chunk: i32): void {
  const job = changetype<Elements>(jobArguments());
  const skip = <usize>(chunk * CHUNK) << 2;
  let x = job.x + skip, dy = job.dy + skip, to = job.to + skip, n = min(CHUNK, job.n - chunk * CHUNK);
  for (; n >= 4; n -= 4) {
    v128.store(to, f32x4.mul(v128.load(dy), slope<F>(v128.load(x))));
    x += 16; dy += 16; to += 16;
  }
  if (n > 0) storePart(to, f32x4.mul(v128.load(dy), slope<F>(v128.load(x))), n);
}

/** y = erf x, within 7 units in the last place. */
export function erf(x: usize, y: usize, n: i32): void { each(x, 0, y, n, (chunk) => valueChunk<Erf>(chunk)); }

// Within 3 units in the last place for x ≥ 0 and within 2.5e-7·|x| below; the gradients within 3e-7·|dy|.

/** y = x·Φ(x) */
export function gelu(x: usize, y: usize, n: i32): void { each(x, 0, y, n, (chunk) => valueChunk<Gelu>(chunk)); }
/** y = x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))) */
export function geluTanh(x: usize, y: usize, n: i32): void { each(x, 0, y, n, (chunk) => valueChunk<GeluTanh>(chunk)); }
/** y = x·σ(x) */
export function silu(x: usize, y: usize, n: i32): void { each(x, 0, y, n, (chunk) => valueChunk<Silu>(chunk)); }

/** dx = dy ⊙ gelu′(x), and so for the others. */
export function geluGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  each(x, dy, dx, n, (chunk) => gradientChunk<Gelu>(chunk));
}
export function geluTanhGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  each(x, dy, dx, n, (chunk) => gradientChunk<GeluTanh>(chunk));
}
export function siluGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  each(x, dy, dx, n, (chunk) => gradientChunk<Silu>(chunk));
}

@unmanaged
class Gated {
  x: usize; dy: usize; to: usize; rows: i32; n: i32; rowsOfChunk: i32;
}

// @ts-ignore: decorator
@inline
function gated(x: usize, dy: usize, to: usize, rows: i32, n: i32, work: (chunk: i32) => void): void {
  if (rows <= 0 || n <= 0) return;
  const job = changetype<Gated>(jobArguments());
  job.x = x; job.dy = dy; job.to = to; job.rows = rows; job.n = n;
  job.rowsOfChunk = max(1, CHUNK / n);
  inParallel((rows + job.rowsOfChunk - 1) / job.rowsOfChunk, work);
}

/** silu(a) ⊙ b for `count` elements, `bytes` from a to b. */
// @ts-ignore: decorator
@inline
function gate(a: usize, bytes: usize, to: usize, count: i32): void {
  storePart(to, f32x4.mul(value<Silu>(v128.load(a)), v128.load(a + bytes)), count);
}

/** Its gradient: ∂y ⊙ b ⊙ silu′(a), and ∂y ⊙ silu(a). */
// @ts-ignore: decorator
@inline
function gateGradient(a: usize, bytes: usize, dy: usize, to: usize, count: i32): void {
  const x = v128.load(a), up = v128.load(dy), one = f32x4.splat(1), decayed = decay(x), sigma = f32x4.div(one, f32x4.add(one, decayed));
  const gated = f32x4.mul(x, sigma), slope = madd(gated, otherShare(decayed, sigma), sigma);
  storePart(to, f32x4.mul(f32x4.mul(up, v128.load(a + bytes)), slope), count);
  storePart(to + bytes, f32x4.mul(up, gated), count);
}

/** y = silu(a) ⊙ b for rows x = [a, b] of 2·n elements. */
export function swiglu(x: usize, y: usize, rows: i32, n: i32): void { gated(x, 0, y, rows, n, swigluChunk); }

function swigluChunk(chunk: i32): void {
  const job = changetype<Gated>(jobArguments());
  const first = chunk * job.rowsOfChunk, last = min(first + job.rowsOfChunk, job.rows), bytes = <usize>job.n << 2;
  for (let row = <usize>first; row < <usize>last; row++) {
    let a = job.x + row * 2 * bytes, to = job.to + row * bytes, n = job.n;
    for (; n >= 4; n -= 4) { gate(a, bytes, to, 4); a += 16; to += 16; }
    if (n > 0) gate(a, bytes, to, n);
  }
}

/** dx = [dy ⊙ b ⊙ silu′(a), dy ⊙ silu(a)] for x = [a, b]. */
export function swigluGradient(x: usize, dy: usize, dx: usize, rows: i32, n: i32): void {
  gated(x, dy, dx, rows, n, swigluGradientChunk);
}

function swigluGradientChunk(chunk: i32): void {
  const job = changetype<Gated>(jobArguments());
  const first = chunk * job.rowsOfChunk, last = min(first + job.rowsOfChunk, job.rows), bytes = <usize>job.n << 2;
  for (let row = <usize>first; row < <usize>last; row++) {
    let a = job.x + row * 2 * bytes, dy = job.dy + row * bytes, to = job.to + row * 2 * bytes, n = job.n;
    for (; n >= 4; n -= 4) { gateGradient(a, bytes, dy, to, 4); a += 16; dy += 16; to += 16; }
    if (n > 0) gateGradient(a, bytes, dy, to, n);
  }
}
