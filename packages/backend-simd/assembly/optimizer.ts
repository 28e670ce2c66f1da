// Parameter updates in place, over all parameters in one job: a table, filled by one call for each parameter, says where they lie.
// (Addresses have to be parameters of calls, so that a recorded step can be placed anew.) Hyperparameters are read from memory, so that a
// recorded call sees new values.
import { inParallel, jobArguments } from './parallel';
import { LIGHT, pieceOf, piecesIn } from './pieces';
import { madd, storePart } from './simd';

/** A row of the table: up to four tensors of n elements, and the number of elements up to and with them. */
@unmanaged
class Parameter { p: usize; g: usize; m: usize; v: usize; n: i32; end: i32; }

const ROW: usize = 24;

/** Fills row `index` of the table, after the rows before it. */
export function listParameter(table: usize, index: i32, p: usize, g: usize, m: usize, v: usize, n: i32): void {
  const row = changetype<Parameter>(table + <usize>index * ROW);
  row.p = p; row.g = g; row.m = m; row.v = v; row.n = n;
  row.end = n + (index > 0 ? changetype<Parameter>(table + <usize>(index - 1) * ROW).end : 0);
}

@unmanaged
class Update {
  table: usize; n: i32; piece: i32;
  hyper: usize; scale: usize;
  keep1: f32; beta2: f32; keep2: f32; epsilon: f32; momentum: f32; weightDecay: f32; flag: i32;
  /** Sums of squares of the chunks: at most 64 doubles. */
  squares: f64;
}

class Adam {}
class Average {}
class Sgd {}
class Squares {}

/** Cuts all elements of the parameters into chunks, whose arguments stand in the job already; their number. */
// @ts-ignore: decorator
@inline
function overAll<F>(table: usize, parameters: i32): i32 {
  const job = changetype<Update>(jobArguments());
  job.table = table;
  job.n = parameters > 0 ? changetype<Parameter>(table + <usize>(parameters - 1) * ROW).end : 0;
  job.piece = pieceOf(job.n, LIGHT, 16);
  const chunks = piecesIn(job.n, job.piece);
  inParallel(chunks, (chunk: i32) => {
    const job = changetype<Update>(jobArguments());
    let at = chunk * job.piece, row = job.table, squares: f64 = 0;
    const last = min(job.n, at + job.piece);
    while (at < last) {
      let parameter = changetype<Parameter>(row);
      while (parameter.end <= at) { row += ROW; parameter = changetype<Parameter>(row); }
      const end = min(last, parameter.end), n = end - at, skip = <usize>(at - (parameter.end - parameter.n)) << 2;
      if (idof<F>() == idof<Adam>()) adamRun(parameter.p + skip, parameter.g + skip, parameter.m + skip, parameter.v + skip, n);
      else if (idof<F>() == idof<Sgd>()) sgdRun(parameter.p + skip, parameter.g + skip, parameter.m + skip, n);
      else if (idof<F>() == idof<Average>()) averageRun(parameter.p + skip, parameter.g + skip, n);
      else squares += squaresOf(parameter.p + skip, n);
      at = end;
    }
    if (idof<F>() == idof<Squares>()) f64.store(jobArguments() + offsetof<Update>('squares') + (<usize>chunk << 3), squares);
  });
  return chunks;
}

/** AdamW (decoupled 1) or Adam with L2 (0), as PyTorch defines them. hyper = [rate, 1 − β₁ᵗ, 1 − β₂ᵗ], keep = 1 − β. */
export function adam(
  table: usize, parameters: i32, hyper: usize, scale: usize,
  keep1: f32, beta2: f32, keep2: f32, epsilon: f32, weightDecay: f32, decoupled: i32,
): void {
  const job = changetype<Update>(jobArguments());
  job.hyper = hyper; job.scale = scale; job.keep1 = keep1; job.beta2 = beta2; job.keep2 = keep2; job.epsilon = epsilon;
  job.weightDecay = weightDecay; job.flag = decoupled;
  overAll<Adam>(table, parameters);
}

function adamRun(p: usize, g: usize, m: usize, v: usize, n: i32): void {
  const job = changetype<Update>(jobArguments());
  const hyper = job.hyper, rate = f32.load(hyper), decoupled = job.flag, weightDecay = job.weightDecay;
  const gradientScale = v128.load32_splat(job.scale);
  const shrink = f32x4.splat(decoupled ? 1 - rate * weightDecay : 1), l2 = f32x4.splat(decoupled ? 0 : weightDecay);
  const keep = f32x4.splat(job.keep1), second = f32x4.splat(job.beta2), add2 = f32x4.splat(job.keep2);
  const negativeRate = f32x4.splat(-(rate / f32.load(hyper, 4)));
  const inverseRoot = f32x4.splat(1 / sqrt<f32>(f32.load(hyper, 8))), eps = f32x4.splat(job.epsilon);
  for (; n >= 4; n -= 4) {
    adamVector(p, g, m, v, 4, gradientScale, shrink, l2, keep, second, add2, negativeRate, inverseRoot, eps);
    p += 16; g += 16; m += 16; v += 16;
  }
  if (n > 0) adamVector(p, g, m, v, n, gradientScale, shrink, l2, keep, second, add2, negativeRate, inverseRoot, eps);
}

// @ts-ignore: decorator
@inline
function adamVector(
  p: usize, g: usize, m: usize, v: usize, left: i32,
  gradientScale: v128, shrink: v128, l2: v128, keep: v128, second: v128, add2: v128, negativeRate: v128, inverseRoot: v128, eps: v128,
): void {
  const weight = v128.load(p), first = v128.load(m);
  const gradient = madd(weight, l2, f32x4.mul(v128.load(g), gradientScale));
  const mean = madd(f32x4.sub(gradient, first), keep, first);
  const square = madd(f32x4.mul(gradient, gradient), add2, f32x4.mul(v128.load(v), second));
  const denominator = madd(f32x4.sqrt(square), inverseRoot, eps);
  storePart(m, mean, left); storePart(v, square, left);
  storePart(p, madd(f32x4.div(mean, denominator), negativeRate, f32x4.mul(weight, shrink)), left);
}

/** SGD with momentum as PyTorch defines it; without momentum the velocities (m of the table) are not touched. hyper = [rate]. */
export function sgd(table: usize, parameters: i32, hyper: usize, scale: usize, momentum: f32, weightDecay: f32, nesterov: i32): void {
  const job = changetype<Update>(jobArguments());
  job.hyper = hyper; job.scale = scale; job.momentum = momentum; job.weightDecay = weightDecay; job.flag = nesterov;
  overAll<Sgd>(table, parameters);
}

function sgdRun(p: usize, g: usize, b: usize, n: i32): void {
  const job = changetype<Update>(jobArguments());
  const negativeRate = f32x4.splat(-f32.load(job.hyper)), gradientScale = v128.load32_splat(job.scale), l2 = f32x4.splat(job.weightDecay);
  const keep = f32x4.splat(job.momentum), moves = job.momentum != 0, nesterov = job.flag;
  for (; n >= 4; n -= 4) {
    sgdVector(p, g, b, 4, negativeRate, gradientScale, l2, keep, moves, nesterov);
    p += 16; g += 16; b += 16;
  }
  if (n > 0) sgdVector(p, g, b, n, negativeRate, gradientScale, l2, keep, moves, nesterov);
}

// @ts-ignore: decorator
@inline
function sgdVector(
  p: usize, g: usize, b: usize, left: i32, negativeRate: v128, gradientScale: v128, l2: v128, keep: v128, moves: bool, nesterov: i32,
): void {
  const weight = v128.load(p);
  let direction = madd(weight, l2, f32x4.mul(v128.load(g), gradientScale));
  if (moves) {
    const velocity = madd(v128.load(b), keep, direction);
    storePart(b, velocity, left);
    direction = nesterov ? madd(velocity, keep, direction) : velocity;
  }
  storePart(p, madd(direction, negativeRate, weight), left);
}

/** a ← (1 − share)·a + share·p for averages a (p of the table) of parameters (its g); the share stands in memory. */
export function movingAverage(table: usize, parameters: i32, share: usize): void {
  changetype<Update>(jobArguments()).hyper = share;
  overAll<Average>(table, parameters);
}

function averageRun(a: usize, p: usize, n: i32): void {
  const share = f32.load(changetype<Update>(jobArguments()).hyper), keep = f32x4.splat(1 - share), add = f32x4.splat(share);
  for (; n > 0; n -= 4) {
    storePart(a, madd(v128.load(a), keep, f32x4.mul(v128.load(p), add)), n);
    a += 16; p += 16;
  }
}

/** Σ x² in double precision over blocks. */
function squaresOf(x: usize, n: i32): f64 {
  let sum: f64 = 0;
  while (n > 0) {
    const block = min(n, 4096);
    let a = f32x4.splat(0), b = a, left = block;
    for (; left >= 8; left -= 8) { const v = v128.load(x), w = v128.load(x, 16); a = madd(v, v, a); b = madd(w, w, b); x += 32; }
    a = f32x4.add(a, b);
    sum += <f64>f32x4.extract_lane(a, 0) + <f64>f32x4.extract_lane(a, 1) + <f64>f32x4.extract_lane(a, 2) + <f64>f32x4.extract_lane(a, 3);
    for (; left > 0; left--) { const v = <f64>f32.load(x); sum += v * v; x += 4; }
    n -= block;
  }
  return sum;
}

/** norm = √Σ g² over the gradients of the table, scale = maximum > 0 ? min(1, maximum / (norm + 1e-6)) : 1. */
export function globalNorm(table: usize, parameters: i32, norm: usize, scale: usize, maximum: f32): void {
  const chunks = overAll<Squares>(table, parameters);
  let total: f64 = 0;
  for (let i = 0; i < chunks; i++) total += f64.load(jobArguments() + offsetof<Update>('squares') + (<usize>i << 3));
  const length = Math.sqrt(total);
  f32.store(norm, <f32>length);
  const factor = <f64>maximum / (length + 1e-6);
  // A norm that is not a number makes the factor NaN: then every parameter would be; keep it visible.
  f32.store(scale, maximum > 0 && !(factor >= 1) ? <f32>factor : 1);
}
