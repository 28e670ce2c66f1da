// Moves of 4-byte elements: one strided copy serves transpose, slice, concat, pad, tile, pack and split; rows by index serve gather,
// its gradient, and one-hot.
import { inParallel, jobArguments } from './parallel';
import { LIGHT, pieceOf, piecesIn } from './pieces';
import { storePart } from './simd';

/** The first address that the compiler leaves free: below it lie tables (of the double-precision logarithm). */
export function heapBase(): usize { return __heap_base; }

// @ts-ignore: decorator
@inline
function copyRow(x: usize, y: usize, n: i32): void {
  for (; n >= 4; n -= 4) { v128.store(y, v128.load(x)); x += 16; y += 16; }
  if (n > 0) storePart(y, v128.load(x), n);
}

/** `n` elements a row, where a kernel has rows; `piece` of them to a chunk. */
@unmanaged
class Rows { x: usize; indices: usize; y: usize; rows: i32; n: i32; limit: i32; piece: i32; on: f32; off: f32; }

function fillRow(y: usize, value: f32, n: i32): void {
  const v = f32x4.splat(value);
  for (; n >= 4; n -= 4) { v128.store(y, v); y += 16; }
  if (n > 0) storePart(y, v, n);
}

export function fill(y: usize, value: f32, n: i32): void {
  const job = changetype<Rows>(jobArguments());
  job.y = y; job.n = n; job.on = value; job.piece = pieceOf(n, LIGHT, 16);
  inParallel(piecesIn(n, job.piece), (chunk: i32) => {
    const job = changetype<Rows>(jobArguments());
    const start = chunk * job.piece;
    fillRow(job.y + (<usize>start << 2), job.on, min(job.piece, job.n - start));
  });
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

@unmanaged
class Copy {
  x: usize; y: usize; d1: i32; d2: i32; d3: i32; x0: i32; x1: i32; x2: i32; x3: i32; y0: i32; y1: i32; y2: i32; y3: i32;
  /** Planes [d2, d3], and planes, rows and columns of a chunk: one of them is cut. */
  planes: i32; group: i32; rows: i32; columns: i32;
}

/** y[i0·y0 + …] = x[i0·x0 + …] over d0 × d1 × d2 × d3; strides in elements, 0 repeats. */
export function stridedCopy(
  x: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32,
  x0: i32, x1: i32, x2: i32, x3: i32, y0: i32, y1: i32, y2: i32, y3: i32,
): void {
  const job = changetype<Copy>(jobArguments());
  job.x = x; job.y = y; job.d1 = d1; job.d2 = d2; job.d3 = d3; job.x0 = x0; job.x1 = x1; job.x2 = x2; job.x3 = x3;
  job.y0 = y0; job.y1 = y1; job.y2 = y2; job.y3 = y3; job.planes = d0 * d1; job.rows = d2; job.columns = d3;
  job.group = pieceOf(job.planes, LIGHT / max(1, d2 * d3), 1);
  if (job.planes == 1) {
    job.rows = pieceOf(d2, LIGHT / max(1, d3), 4);
    if (d2 == 1) job.columns = pieceOf(d3, LIGHT, 16);
  }
  inParallel(piecesIn(job.planes, job.group) * piecesIn(d2, job.rows) * piecesIn(d3, job.columns), (chunk: i32) => {
    const job = changetype<Copy>(jobArguments());
    const cutRows = job.rows < job.d2, cutColumns = job.columns < job.d3;
    const row = cutRows ? chunk * job.rows : 0, column = cutColumns ? chunk * job.columns : 0;
    const first = cutRows || cutColumns ? 0 : chunk * job.group;
    const rows = min(job.rows, job.d2 - row), columns = min(job.columns, job.d3 - column);
    for (let plane = first, last = min(job.planes, first + job.group); plane < last; plane++) {
      const i0 = plane / job.d1, i1 = plane % job.d1;
      copyPlane(
        job.x + (<usize>(i0 * job.x0 + i1 * job.x1 + row * job.x2 + column * job.x3) << 2), job.x2, job.x3,
        job.y + (<usize>(i0 * job.y0 + i1 * job.y1 + row * job.y2 + column * job.y3) << 2), job.y2, job.y3, rows, columns,
      );
    }
  });
}

function copyPlane(x: usize, x2: i32, x3: i32, y: usize, y2: i32, y3: i32, rows: i32, columns: i32): void {
  if (x2 == 1 && y3 == 1 && x3 != 1) { transposePlane(x, x3, y, y2, rows, columns); return; }
  const xStep = <usize>x2 << 2, yStep = <usize>y2 << 2;
  for (; rows > 0; rows--) {
    if (x3 == 1 && y3 == 1) copyRow(x, y, columns);
    else if (x3 == 0 && y3 == 1) fillRow(y, f32.load(x), columns);
    else {
      let p = x, q = y;
      for (let i = columns; i > 0; i--) { i32.store(q, i32.load(p)); p += <usize>x3 << 2; q += <usize>y3 << 2; }
    }
    x += xStep; y += yStep;
  }
}

/** The position of the first index outside [0, limit), or −1. */
export function findOutside(indices: usize, n: i32, limit: i32): i32 {
  for (let i = 0; i < n; i++) if (<u32>i32.load(indices + (<usize>i << 2)) >= <u32>limit) return i;
  return -1;
}

/** y[o, i, :] = x[o, indices[i], :] with x [outer, limit, inner]. */
export function gather(x: usize, indices: usize, y: usize, outer: i32, n: i32, limit: i32, inner: i32): void {
  const job = changetype<Rows>(jobArguments());
  job.indices = indices; job.n = inner; job.rows = n; job.piece = pieceOf(n, LIGHT / max(1, inner), 1);
  for (; outer > 0; outer--) {
    job.x = x; job.y = y;
    inParallel(piecesIn(n, job.piece), (chunk: i32) => {
      const job = changetype<Rows>(jobArguments());
      const inner = job.n, bytes = <usize>inner << 2, first = chunk * job.piece, last = min(job.rows, first + job.piece);
      let y = job.y + <usize>first * bytes;
      for (let i = first; i < last; i++) { copyRow(job.x + <usize>i32.load(job.indices + (<usize>i << 2)) * bytes, y, inner); y += bytes; }
    });
    x += <usize>(limit * inner) << 2; y += <usize>(n * inner) << 2;
  }
}

/** y[segment, :] = Σ x[i, :] over the i with ids[i] = segment; ids outside [0, segments) are dropped. */
export function segmentSum(x: usize, ids: usize, y: usize, n: i32, segments: i32, inner: i32): void {
  const job = changetype<Rows>(jobArguments());
  job.x = x; job.indices = ids; job.y = y; job.rows = n; job.limit = segments; job.n = inner;
  // A chunk has columns of its own: their sums are added in the order of the rows.
  job.piece = pieceOf(inner, max(32, LIGHT / max(1, n)), 16);
  inParallel(piecesIn(inner, job.piece), (chunk: i32) => {
    const job = changetype<Rows>(jobArguments());
    const start = chunk * job.piece, columns = min(job.piece, job.n - start), step = <usize>job.n << 2;
    const y = job.y + (<usize>start << 2);
    for (let segment = 0; segment < job.limit; segment++) fillRow(y + <usize>segment * step, 0, columns);
    let x = job.x + (<usize>start << 2), ids = job.indices;
    for (let n = job.rows; n > 0; n--) {
      const id = i32.load(ids);
      if (<u32>id < <u32>job.limit) {
        let to = y + <usize>id * step, from = x, left = columns;
        for (; left >= 4; left -= 4) { v128.store(to, f32x4.add(v128.load(to), v128.load(from))); to += 16; from += 16; }
        if (left > 0) storePart(to, f32x4.add(v128.load(to), v128.load(from)), left);
      }
      ids += 4; x += step;
    }
  });
}

/** y[i, indices[i]] = on, off elsewhere; y is [n, depth]. */
export function oneHot(indices: usize, y: usize, n: i32, depth: i32, on: f32, off: f32): void {
  const job = changetype<Rows>(jobArguments());
  job.indices = indices; job.y = y; job.rows = n; job.n = depth; job.on = on; job.off = off;
  job.piece = pieceOf(n, LIGHT / max(1, depth), 1);
  inParallel(piecesIn(n, job.piece), (chunk: i32) => {
    const job = changetype<Rows>(jobArguments());
    const depth = job.n, on = job.on, first = chunk * job.piece, last = min(job.rows, first + job.piece);
    let y = job.y + (<usize>(first * depth) << 2);
    fillRow(y, job.off, (last - first) * depth);
    for (let i = first; i < last; i++) {
      const index = i32.load(job.indices + (<usize>i << 2));
      if (<u32>index < <u32>depth) f32.store(y + (<usize>index << 2), on);
      y += <usize>depth << 2;
    }
  });
}
