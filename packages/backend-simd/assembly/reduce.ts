// Reductions of float32 tensors seen as [outer, count, inner] over the middle dimension, and sums of several tensors.
// Sums run in blocks, whose partial sums are added, so the error grows with the number of blocks rather than of elements.
import { keepPart, storePart, sumLanes } from './simd';

const SUM_BLOCK: i32 = 1024;
const ROW_BLOCK: i32 = 64;

class Sum {}
class Max {}
class Min {}

// @ts-ignore: decorator
@inline
function neutral<F>(): f32 {
  return idof<F>() == idof<Max>() ? f32.NEGATIVE_INFINITY : idof<F>() == idof<Min>() ? f32.POSITIVE_INFINITY : 0;
}

// @ts-ignore: decorator
@inline
function join<F>(a: v128, b: v128): v128 {
  if (idof<F>() == idof<Max>()) return f32x4.max(a, b);
  if (idof<F>() == idof<Min>()) return f32x4.min(a, b);
  return f32x4.add(a, b);
}

/** Joins n > 0 contiguous floats. */
// @ts-ignore: decorator
@inline
function run<F>(x: usize, n: i32): f32 {
  const rest = f32x4.splat(neutral<F>());
  let a = rest, b = rest, c = rest, d = rest;
  for (; n >= 16; n -= 16) {
    a = join<F>(a, v128.load(x)); b = join<F>(b, v128.load(x, 16)); c = join<F>(c, v128.load(x, 32)); d = join<F>(d, v128.load(x, 48));
    x += 64;
  }
  for (; n >= 4; n -= 4) { a = join<F>(a, v128.load(x)); x += 16; }
  if (n > 0) b = join<F>(b, keepPart(v128.load(x), rest, n));
  a = join<F>(join<F>(a, b), join<F>(c, d));
  if (idof<F>() == idof<Sum>()) return sumLanes(a);
  a = join<F>(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return f32x4.extract_lane(join<F>(a, v128.shuffle<f32>(a, a, 1, 0, 3, 2)), 0);
}

export function sumOf(x: usize, n: i32): f64 {
  let total: f64 = 0;
  for (; n > 0; n -= SUM_BLOCK) { total += <f64>run<Sum>(x, min(n, SUM_BLOCK)); x += SUM_BLOCK << 2; }
  return total;
}

// @ts-ignore: decorator
@inline
function reduce<F>(x: usize, y: usize, outer: i32, count: i32, inner: i32, scale: f32): void {
  if (inner == 1) {
    for (; outer > 0; outer--) {
      f32.store(y, idof<F>() == idof<Sum>() ? <f32>sumOf(x, count) * scale : run<F>(x, count));
      x += <usize>count << 2; y += 4;
    }
    return;
  }
  const rowBytes = <usize>inner << 2, start = f32x4.splat(neutral<F>()), factor = f32x4.splat(scale);
  for (; outer > 0; outer--) {
    let column = 0;
    for (; column < inner; column += 8) {
      let total0 = start, total1 = start, p = x + (<usize>column << 2);
      for (let done = 0; done < count; done += ROW_BLOCK) {
        let a = start, b = start;
        for (let i = min(ROW_BLOCK, count - done); i > 0; i--) { a = join<F>(a, v128.load(p)); b = join<F>(b, v128.load(p, 16)); p += rowBytes; }
        total0 = join<F>(total0, a); total1 = join<F>(total1, b);
      }
      if (idof<F>() == idof<Sum>()) { total0 = f32x4.mul(total0, factor); total1 = f32x4.mul(total1, factor); }
      const to = y + (<usize>column << 2), left = inner - column;
      storePart(to, total0, left);
      if (left > 4) storePart(to + 16, total1, left - 4);
    }
    x += <usize>count * rowBytes; y += rowBytes;
  }
}

/** y = scale · Σ x: sums with scale 1, means with 1 / count. */
export function reduceSum(x: usize, y: usize, outer: i32, count: i32, inner: i32, scale: f32): void { reduce<Sum>(x, y, outer, count, inner, scale); }
export function reduceMax(x: usize, y: usize, outer: i32, count: i32, inner: i32): void { reduce<Max>(x, y, outer, count, inner, 1); }
export function reduceMin(x: usize, y: usize, outer: i32, count: i32, inner: i32): void { reduce<Min>(x, y, outer, count, inner, 1); }
