// Layer and root-mean-square normalisation of rows. Gains repeat every `period` rows (1: one gain for all rows).
import { keepPart, madd, storePart, sumLanes } from './simd';

// @ts-ignore: decorator
@inline
function rowSum(x: usize, n: i32): f32 {
  let sum = f32x4.splat(0);
  for (; n >= 4; n -= 4) { sum = f32x4.add(sum, v128.load(x)); x += 16; }
  if (n > 0) sum = f32x4.add(sum, keepPart(v128.load(x), f32x4.splat(0), n));
  return sumLanes(sum);
}

/** Σ (x − mean)² */
// @ts-ignore: decorator
@inline
function squaredSum(x: usize, n: i32, mean: v128): f32 {
  let sum = f32x4.splat(0);
  for (; n >= 4; n -= 4) { const d = f32x4.sub(v128.load(x), mean); sum = madd(d, d, sum); x += 16; }
  if (n > 0) { const d = keepPart(f32x4.sub(v128.load(x), mean), f32x4.splat(0), n); sum = madd(d, d, sum); }
  return sumLanes(sum);
}

/**
 * y = γ ⊙ (x − μ)·r + β with r = 1/√(σ² + ε); μ and r of every row go to `means` and `rates`. `centred` 0: μ = 0, the root mean square.
 * `beta` 0: none.
 */
export function normalize(
  x: usize, gamma: usize, beta: usize, y: usize, means: usize, rates: usize, rows: i32, n: i32, period: i32, epsilon: f32, centred: i32,
): void {
  const bytes = <usize>n << 2;
  for (let row = 0; row < rows; row++) {
    const mean: f32 = centred ? rowSum(x, n) / <f32>n : 0;
    const shift = f32x4.splat(mean);
    const rate: f32 = 1 / sqrt<f32>(squaredSum(x, n, shift) / <f32>n + epsilon);
    const factor = f32x4.splat(rate);
    f32.store(means, mean); f32.store(rates, rate);
    const offset = <usize>(row % period) * bytes;
    let g = gamma + offset, b = beta + offset, from = x, to = y;
    for (let left = n; left > 0; left -= 4) {
      const unit = f32x4.mul(f32x4.sub(v128.load(from), shift), factor);
      storePart(to, beta ? madd(unit, v128.load(g), v128.load(b)) : f32x4.mul(unit, v128.load(g)), left);
      from += 16; to += 16; g += 16; b += 16;
    }
    x += bytes; y += bytes; means += 4; rates += 4;
  }
}

/** ∂x = r·(g − mean(g) − x̂·mean(g ⊙ x̂)) with g = γ ⊙ ∂y, x̂ = (x − μ)·r; without the mean(g) where not centred. */
export function normalizeGradient(
  x: usize, gamma: usize, dy: usize, means: usize, rates: usize, dx: usize, rows: i32, n: i32, period: i32, centred: i32,
): void {
  const bytes = <usize>n << 2, zero = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    const shift = v128.load32_splat(means), rate = v128.load32_splat(rates);
    const gain = gamma + <usize>(row % period) * bytes;
    let sum = zero, along = zero, g = gain, from = x, d = dy;
    for (let left = n; left > 0; left -= 4) {
      const unit = f32x4.mul(f32x4.sub(v128.load(from), shift), rate);
      let slope = f32x4.mul(v128.load(g), v128.load(d));
      let product = f32x4.mul(slope, unit);
      if (left < 4) { slope = keepPart(slope, zero, left); product = keepPart(product, zero, left); }
      sum = f32x4.add(sum, slope); along = f32x4.add(along, product);
      from += 16; d += 16; g += 16;
    }
    const meanSlope = f32x4.splat(centred ? sumLanes(sum) / <f32>n : 0), meanAlong = f32x4.splat(sumLanes(along) / <f32>n);
    from = x; d = dy; g = gain;
    let to = dx;
    for (let left = n; left > 0; left -= 4) {
      const unit = f32x4.mul(f32x4.sub(v128.load(from), shift), rate);
      const slope = f32x4.mul(v128.load(g), v128.load(d));
      storePart(to, f32x4.mul(rate, f32x4.sub(f32x4.sub(slope, meanSlope), f32x4.mul(unit, meanAlong))), left);
      from += 16; d += 16; g += 16; to += 16;
    }
    x += bytes; dy += bytes; dx += bytes; means += 4; rates += 4;
  }
}

/** ∂γ = Σ ∂y ⊙ x̂ and ∂β = Σ ∂y over the rows of each gain, summed in blocks of 64 rows. `dbeta` 0: none. */
export function normalizeGainGradient(
  x: usize, dy: usize, means: usize, rates: usize, dgamma: usize, dbeta: usize, rows: i32, n: i32, period: i32,
): void {
  const bytes = <usize>n << 2, step = <usize>period * bytes, statStep = <usize>period << 2;
  const count = rows / period;
  for (let position = 0; position < period; position++) {
    for (let column = 0; column < n; column += 4) {
      const at = <usize>position * bytes + (<usize>column << 2), stat = <usize>position << 2;
      let from = x + at, d = dy + at, mean = means + stat, rate = rates + stat;
      let gammaTotal = f32x4.splat(0), betaTotal = f32x4.splat(0);
      for (let done = 0; done < count; done += 64) {
        let gammaSum = f32x4.splat(0), betaSum = f32x4.splat(0);
        for (let i = min(64, count - done); i > 0; i--) {
          const slope = v128.load(d);
          gammaSum = madd(slope, f32x4.mul(f32x4.sub(v128.load(from), v128.load32_splat(mean)), v128.load32_splat(rate)), gammaSum);
          betaSum = f32x4.add(betaSum, slope);
          from += step; d += step; mean += statStep; rate += statStep;
        }
        gammaTotal = f32x4.add(gammaTotal, gammaSum); betaTotal = f32x4.add(betaTotal, betaSum);
      }
      storePart(dgamma + at, gammaTotal, n - column);
      if (dbeta) storePart(dbeta + at, betaTotal, n - column);
    }
  }
}
