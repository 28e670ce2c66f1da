// Moves of 4-byte elements: one strided copy serves transpose, slice, concat, pad, tile, pack and split; rows by index serve gather,
// its gradient, and one-hot.
import { storePart } from './simd';

/** The first address that the compiler leaves free: below it lie tables (of the double-precision logarithm). */
export function heapBase(): usize { return __heap_base; }

// @ts-ignore: decorator
@inline
function copyRow(x: usize, y: usize, n: i32): void {
  for (; n >= 4; n -= 4) { v128.store(y, v128.load(x)); x += 16; y += 16; }
  if (n > 0) storePart(y, v128.load(x), n);
}

export function fill(y: usize, value: f32, n: i32): void {
  const v = f32x4.splat(value);
  for (; n >= 4; n -= 4) { v128.store(y, v); y += 16; }
  if (n > 0) storePart(y, v, n);
}

/** y[j, i] = x[i·xStride + j] for j < rows, i < columns: a transpose in 4 × 4 blocks. Strides in elements. */
function transposePlane(x: usize, xStride: i32, y: usize, yStride: i32, rows: i32, columns: i32): void {
  const xStep = <usize>xStride << 2, yStep = <usize>yStride << 2;
  let i = 0;
  for (; i + 4 <= columns; i += 4) {
    let from = x + <usize>i * xStep, to = y + (<usize>i << 2), j = 0;
    for (; j + 4 <= rows; j += 4) {
      const r0 = v128.load(from), r1 = v128.load(from + xStep), r2 = v128.load(from + 2 * xStep), r3 = v128.load(from + 3 * xStep);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
      v128.store(to + yStep, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
      v128.store(to + 2 * yStep, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
      v128.store(to + 3 * yStep, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
      from += 16; to += 4 * yStep;
    }
    for (; j < rows; j++) {
      for (let c: usize = 0; c < 4; c++) i32.store(to + (c << 2), i32.load(from + c * xStep));
      from += 4; to += yStep;
    }
  }
  for (; i < columns; i++) {
    let from = x + <usize>i * xStep, to = y + (<usize>i << 2);
    for (let j = 0; j < rows; j++) { i32.store(to, i32.load(from)); from += 4; to += yStep; }
  }
}

/** y[i0·y0 + …] = x[i0·x0 + …] over d0 × d1 × d2 × d3; strides in elements, 0 repeats. */
export function stridedCopy(
  x: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32,
  x0: i32, x1: i32, x2: i32, x3: i32, y0: i32, y1: i32, y2: i32, y3: i32,
): void {
  for (let i0 = 0; i0 < d0; i0++) {
    let xOuter = x, yOuter = y;
    for (let i1 = 0; i1 < d1; i1++) {
      if (x2 == 1 && y3 == 1 && x3 != 1) transposePlane(xOuter, x3, yOuter, y2, d2, d3);
      else {
        let from = xOuter, to = yOuter;
        for (let i2 = 0; i2 < d2; i2++) {
          if (x3 == 1 && y3 == 1) copyRow(from, to, d3);
          else if (x3 == 0 && y3 == 1) fill(to, f32.load(from), d3);
          else {
            let p = from, q = to;
            for (let i3 = 0; i3 < d3; i3++) { i32.store(q, i32.load(p)); p += <usize>x3 << 2; q += <usize>y3 << 2; }
          }
          from += <usize>x2 << 2; to += <usize>y2 << 2;
        }
      }
      xOuter += <usize>x1 << 2; yOuter += <usize>y1 << 2;
    }
    x += <usize>x0 << 2; y += <usize>y0 << 2;
  }
}

/** The position of the first index outside [0, limit), or −1. */
export function findOutside(indices: usize, n: i32, limit: i32): i32 {
  for (let i = 0; i < n; i++) if (<u32>i32.load(indices + (<usize>i << 2)) >= <u32>limit) return i;
  return -1;
}

/** y[o, i, :] = x[o, indices[i], :] with x [outer, limit, inner]. */
export function gather(x: usize, indices: usize, y: usize, outer: i32, n: i32, limit: i32, inner: i32): void {
  const bytes = <usize>inner << 2;
  for (; outer > 0; outer--) {
    for (let i = 0; i < n; i++) { copyRow(x + <usize>i32.load(indices + (<usize>i << 2)) * bytes, y, inner); y += bytes; }
    x += <usize>limit * bytes;
  }
}

/** y[segment, :] = Σ x[i, :] over the i with ids[i] = segment; ids outside [0, segments) are dropped. */
export function segmentSum(x: usize, ids: usize, y: usize, n: i32, segments: i32, inner: i32): void {
  fill(y, 0, segments * inner);
  for (; n > 0; n--) {
    const id = i32.load(ids);
    if (<u32>id < <u32>segments) {
      let to = y + (<usize>(id * inner) << 2), from = x, left = inner;
      for (; left >= 4; left -= 4) { v128.store(to, f32x4.add(v128.load(to), v128.load(from))); to += 16; from += 16; }
      if (left > 0) storePart(to, f32x4.add(v128.load(to), v128.load(from)), left);
    }
    ids += 4; x += <usize>inner << 2;
  }
}

/** y[i, indices[i]] = on, off elsewhere; y is [n, depth]. */
export function oneHot(indices: usize, y: usize, n: i32, depth: i32, on: f32, off: f32): void {
  fill(y, off, n * depth);
  for (; n > 0; n--) {
    const index = i32.load(indices);
    if (<u32>index < <u32>depth) f32.store(y + (<usize>index << 2), on);
    indices += 4; y += <usize>depth << 2;
  }
}
