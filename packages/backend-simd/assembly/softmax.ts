// Softmax over rows.
import { expNegative, keepPart, storePart, sumLanes } from './simd';

/** y[r, :] = softmax(x[r, :]): exp(x − max) / Σ exp(x − max). */
export function softmax(x: usize, y: usize, rows: i32, n: i32): void {
  const lowest = f32x4.splat(f32.NEGATIVE_INFINITY), zero = f32x4.splat(0);
  for (; rows > 0; rows--) {
    let largest = lowest, i = 0;
    for (; i + 4 <= n; i += 4) largest = f32x4.max(largest, v128.load(x + (<usize>i << 2)));
    if (i < n) largest = f32x4.max(largest, keepPart(v128.load(x + (<usize>i << 2)), lowest, n - i));
    largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
    largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2));
    let sum = zero;
    for (i = 0; i + 4 <= n; i += 4) {
      const e = expNegative(f32x4.sub(v128.load(x + (<usize>i << 2)), largest));
      v128.store(y + (<usize>i << 2), e);
      sum = f32x4.add(sum, e);
    }
    if (i < n) {
      const e = expNegative(f32x4.sub(v128.load(x + (<usize>i << 2)), largest));
      storePart(y + (<usize>i << 2), e, n - i);
      sum = f32x4.add(sum, keepPart(e, zero, n - i));
    }
    const total = f32x4.splat(sumLanes(sum));
    for (i = 0; i + 4 <= n; i += 4) v128.store(y + (<usize>i << 2), f32x4.div(v128.load(y + (<usize>i << 2)), total));
    if (i < n) storePart(y + (<usize>i << 2), f32x4.div(v128.load(y + (<usize>i << 2)), total), n - i);
    x += <usize>n << 2; y += <usize>n << 2;
  }
}
