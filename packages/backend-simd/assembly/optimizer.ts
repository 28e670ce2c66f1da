// Parameter updates in place. `hyper` and `scale` are read from memory, so that a recorded call sees new values.
import { madd, storePart } from './simd';

/** Squares of gradients are summed in double precision over blocks. Adds Σ x² to the double at `total`. */
export function addSquares(x: usize, n: i32, total: usize): void {
  let sum = f64.load(total);
  while (n > 0) {
    const block = min(n, 4096);
    let a = f32x4.splat(0), left = block;
    for (; left >= 4; left -= 4) { const v = v128.load(x); a = madd(v, v, a); x += 16; }
    sum += <f64>f32x4.extract_lane(a, 0) + <f64>f32x4.extract_lane(a, 1) + <f64>f32x4.extract_lane(a, 2) + <f64>f32x4.extract_lane(a, 3);
    for (; left > 0; left--) { const v = <f64>f32.load(x); sum += v * v; x += 4; }
    n -= block;
  }
  f64.store(total, sum);
}

/** norm = √total, scale = maximum > 0 ? min(1, maximum / (norm + 1e-6)) : 1. */
export function clipScale(total: usize, norm: usize, scale: usize, maximum: f32): void {
  const length = Math.sqrt(f64.load(total));
  f32.store(norm, <f32>length);
  const factor = <f64>maximum / (length + 1e-6);
  // A norm that is not a number makes the factor NaN: then every parameter would be; keep it visible.
  f32.store(scale, maximum > 0 && !(factor >= 1) ? <f32>factor : 1);
}

/** AdamW (decoupled 1) or Adam with L2 (0), as PyTorch defines them. hyper = [rate, 1 − β₁ᵗ, 1 − β₂ᵗ], keep = 1 − β. */
export function adam(
  p: usize, g: usize, m: usize, v: usize, n: i32, hyper: usize, scale: usize,
  keep1: f32, beta2: f32, keep2: f32, epsilon: f32, weightDecay: f32, decoupled: i32,
): void {
  const rate = f32.load(hyper);
  const gradientScale = v128.load32_splat(scale);
  const shrink = f32x4.splat(decoupled ? 1 - rate * weightDecay : 1), l2 = f32x4.splat(decoupled ? 0 : weightDecay);
  const keep = f32x4.splat(keep1), second = f32x4.splat(beta2), add2 = f32x4.splat(keep2);
  const negativeRate = f32x4.splat(-(rate / f32.load(hyper, 4)));
  const inverseRoot = f32x4.splat(1 / sqrt<f32>(f32.load(hyper, 8))), eps = f32x4.splat(epsilon);
  for (; n > 0; n -= 4) {
    let weight = v128.load(p);
    const gradient = madd(weight, l2, f32x4.mul(v128.load(g), gradientScale));
    const first = v128.load(m);
    const mean = madd(f32x4.sub(gradient, first), keep, first);
    const square = madd(f32x4.mul(gradient, gradient), add2, f32x4.mul(v128.load(v), second));
    const denominator = madd(f32x4.sqrt(square), inverseRoot, eps);
    weight = madd(f32x4.div(mean, denominator), negativeRate, f32x4.mul(weight, shrink));
    storePart(p, weight, n); storePart(m, mean, n); storePart(v, square, n);
    p += 16; g += 16; m += 16; v += 16;
  }
}

/** SGD with momentum as PyTorch defines it; without momentum `b` is not touched. hyper = [rate]. */
export function sgd(p: usize, g: usize, b: usize, n: i32, hyper: usize, scale: usize, momentum: f32, weightDecay: f32, nesterov: i32): void {
  const negativeRate = f32x4.splat(-f32.load(hyper));
  const gradientScale = v128.load32_splat(scale), l2 = f32x4.splat(weightDecay), keep = f32x4.splat(momentum);
  for (; n > 0; n -= 4) {
    const weight = v128.load(p);
    let direction = madd(weight, l2, f32x4.mul(v128.load(g), gradientScale));
    if (momentum != 0) {
      const velocity = madd(v128.load(b), keep, direction);
      storePart(b, velocity, n);
      direction = nesterov ? madd(velocity, keep, direction) : velocity;
    }
    storePart(p, madd(direction, negativeRate, weight), n);
    p += 16; g += 16; b += 16;
  }
}
