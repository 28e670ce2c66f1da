// Cross-entropy over the rows that count, with its gradient in the same pass.
import { expNegative, keepPart, storePart, sumLanes } from './simd';

/**
 * loss = Σ mask · (log Σ exp(logits) − logits[target]) / max(Σ mask, 1) over rows. With `gradient` its derivative for the logits times
 * `dy` instead: dy · mask · (softmax − one-hot) / max(Σ mask, 1). A row whose mask is 0 counts for nothing, whatever its logits and target.
 */
function crossEntropy(
  logits: usize, targets: usize, mask: usize, rows: i32, n: i32, loss: usize, gradient: usize, dy: usize,
): void {
  let count: f64 = 0;
  for (let row = 0; row < rows; row++) count += <f64>f32.load(mask + (<usize>row << 2));
  const share = (gradient ? <f64>f32.load(dy) : 1) / max<f64>(count, 1);
  const lowest = f32x4.splat(f32.NEGATIVE_INFINITY), zero = f32x4.splat(0), bytes = <usize>n << 2;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const counts = f32.load(mask), weight = <f64>counts * share;
    const target = i32.load(targets), known = <u32>target < <u32>n;
    if (counts == 0) {
      if (gradient) for (let i = 0; i < n; i += 4) storePart(gradient + (<usize>i << 2), zero, n - i);
    } else {
      let largest = lowest, i = 0;
      for (; i + 4 <= n; i += 4) largest = f32x4.max(largest, v128.load(logits + (<usize>i << 2)));
      if (i < n) largest = f32x4.max(largest, keepPart(v128.load(logits + (<usize>i << 2)), lowest, n - i));
      largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
      largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2));
      let sum = zero;
      for (i = 0; i + 4 <= n; i += 4) {
        const e = expNegative(f32x4.sub(v128.load(logits + (<usize>i << 2)), largest));
        if (gradient) v128.store(gradient + (<usize>i << 2), e);
        sum = f32x4.add(sum, e);
      }
      if (i < n) {
        const e = expNegative(f32x4.sub(v128.load(logits + (<usize>i << 2)), largest));
        if (gradient) storePart(gradient + (<usize>i << 2), e, n - i);
        sum = f32x4.add(sum, keepPart(e, zero, n - i));
      }
      const normalizer = <f64>sumLanes(sum);
      if (gradient) {
        const factor = f32x4.splat(<f32>(weight / normalizer));
        for (i = 0; i + 4 <= n; i += 4) v128.store(gradient + (<usize>i << 2), f32x4.mul(v128.load(gradient + (<usize>i << 2)), factor));
        if (i < n) storePart(gradient + (<usize>i << 2), f32x4.mul(v128.load(gradient + (<usize>i << 2)), factor), n - i);
        const at = gradient + (<usize>target << 2);
        if (known) f32.store(at, f32.load(at) - <f32>weight);
      } else {
        // A target outside the vocabulary is a one-hot row of zeros: its logit counts as the largest.
        const own = known ? <f64>f32x4.extract_lane(largest, 0) - <f64>f32.load(logits + (<usize>target << 2)) : 0;
        total += weight * (Math.log(normalizer) + own);
      }
    }
    logits += bytes; mask += 4; targets += 4;
    if (gradient) gradient += bytes;
  }
  if (!gradient) f32.store(loss, <f32>total);
}

export function maskedCrossEntropy(logits: usize, targets: usize, mask: usize, loss: usize, rows: i32, n: i32): void {
  crossEntropy(logits, targets, mask, rows, n, loss, 0, 0);
}

export function maskedCrossEntropyGradient(logits: usize, targets: usize, mask: usize, dy: usize, gradient: usize, rows: i32, n: i32): void {
  crossEntropy(logits, targets, mask, rows, n, 0, gradient, dy);
}
