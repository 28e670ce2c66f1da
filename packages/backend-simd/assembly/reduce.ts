// Reductions of float32 tensors seen as [outer, count, inner] over the middle dimension.
// Sums run in blocks, whose partial sums are added, so the error grows with the number of blocks rather than of elements.
import { inParallel, jobArguments } from './parallel';
import { LIGHT, pieceOf, piecesIn } from './pieces';
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

/** Joins n > 0 contiguous floats, sums in blocks. */
// @ts-ignore: decorator
@inline
function longRun<F>(x: usize, n: i32): f64 {
  if (idof<F>() != idof<Sum>()) return <f64>run<F>(x, n);
  let total: f64 = 0;
  for (; n > 0; n -= SUM_BLOCK) { total += <f64>run<F>(x, min(n, SUM_BLOCK)); x += SUM_BLOCK << 2; }
  return total;
}

/** `vectors` (4 or 1) vectors of columns. */
// @ts-ignore: decorator
@inline
function columns<F>(vectors: i32, x: usize, rowBytes: usize, y: usize, count: i32, left: i32, scale: f32): void {
  const start = f32x4.splat(neutral<F>());
  let total0 = start, total1 = start, total2 = start, total3 = start;
  for (let done = 0; done < count; done += ROW_BLOCK) {
    let a = start, b = start, c = start, d = start;
    for (let i = min(ROW_BLOCK, count - done); i > 0; i--) {
      a = join<F>(a, v128.load(x));
      if (vectors > 1) { b = join<F>(b, v128.load(x, 16)); c = join<F>(c, v128.load(x, 32)); d = join<F>(d, v128.load(x, 48)); }
      x += rowBytes;
    }
    total0 = join<F>(total0, a);
    if (vectors > 1) { total1 = join<F>(total1, b); total2 = join<F>(total2, c); total3 = join<F>(total3, d); }
  }
  if (idof<F>() == idof<Sum>()) {
    const factor = f32x4.splat(scale);
    total0 = f32x4.mul(total0, factor);
    if (vectors > 1) { total1 = f32x4.mul(total1, factor); total2 = f32x4.mul(total2, factor); total3 = f32x4.mul(total3, factor); }
  }
  storePart(y, total0, left);
  if (vectors > 1) { v128.store(y, total1, 16); v128.store(y, total2, 32); v128.store(y, total3, 48); }
}

@unmanaged
class Reduction {
  x: usize; y: usize; outer: i32; count: i32; inner: i32; scale: f32;
  /** Outer indices, and columns or (inner 1) elements of a chunk; the chunks of an outer index. */
  group: i32; piece: i32; pieces: i32;
  /** Of the elements, where the chunks share one: at most 64 doubles. */
  partial: f64;
}

// @ts-ignore: decorator
@inline
function reduce<F>(x: usize, y: usize, outer: i32, count: i32, inner: i32, scale: f32): void {
  const job = changetype<Reduction>(jobArguments());
  job.x = x; job.y = y; job.outer = outer; job.count = count; job.inner = inner; job.scale = scale;
  const size = count * inner;
  job.group = pieceOf(outer, LIGHT / max(1, size), 1);
  if (inner > 1) {
    job.piece = pieceOf(inner, LIGHT / max(1, count), 16);
    job.pieces = piecesIn(inner, job.piece);
    if (job.pieces > 1) job.group = 1;
    inParallel(job.pieces * piecesIn(outer, job.group), (chunk: i32) => {
      const job = changetype<Reduction>(jobArguments());
      const first = chunk / job.pieces * job.group, last = min(job.outer, first + job.group);
      const from = chunk % job.pieces * job.piece, to = min(job.inner, from + job.piece), rowBytes = <usize>job.inner << 2;
      for (let o = first; o < last; o++) {
        const x = job.x + <usize>o * <usize>job.count * rowBytes, y = job.y + <usize>o * rowBytes;
        let column = from;
        for (; column + 16 <= to; column += 16) {
          const at = <usize>column << 2;
          columns<F>(4, x + at, rowBytes, y + at, job.count, 4, job.scale);
        }
        for (; column < to; column += 4) {
          const at = <usize>column << 2;
          columns<F>(1, x + at, rowBytes, y + at, job.count, to - column, job.scale);
        }
      }
    });
    return;
  }
  job.piece = pieceOf(count, LIGHT, SUM_BLOCK);
  const pieces = piecesIn(count, job.piece);
  if (pieces < 2 || outer > 64) {
    inParallel(piecesIn(outer, job.group), (chunk: i32) => {
      const job = changetype<Reduction>(jobArguments());
      const first = chunk * job.group, last = min(job.outer, first + job.group);
      for (let o = first; o < last; o++) {
        const joined = longRun<F>(job.x + (<usize>(o * job.count) << 2), job.count);
        f32.store(job.y + (<usize>o << 2), idof<F>() == idof<Sum>() ? <f32>joined * job.scale : <f32>joined);
      }
    });
    return;
  }
  for (let o = 0; o < outer; o++) {
    inParallel(pieces, (chunk: i32) => {
      const job = changetype<Reduction>(jobArguments());
      const start = chunk * job.piece;
      const joined = longRun<F>(job.x + (<usize>start << 2), min(job.piece, job.count - start));
      f64.store(jobArguments() + offsetof<Reduction>('partial') + (<usize>chunk << 3), joined);
    });
    const partials = jobArguments() + offsetof<Reduction>('partial');
    let joined = f64.load(partials);
    for (let i = 1; i < pieces; i++) {
      const next = f64.load(partials + (<usize>i << 3));
      joined = idof<F>() == idof<Max>() ? max(joined, next) : idof<F>() == idof<Min>() ? min(joined, next) : joined + next;
    }
    f32.store(y, idof<F>() == idof<Sum>() ? <f32>joined * scale : <f32>joined);
    job.x += <usize>count << 2; y += 4;
  }
}

/** Σ x */
export function sumOf(x: usize, n: i32): f64 { return longRun<Sum>(x, n); }

/** y = scale · Σ x: sums with scale 1, means with 1 / count. */
export function reduceSum(x: usize, y: usize, outer: i32, count: i32, inner: i32, scale: f32): void { reduce<Sum>(x, y, outer, count, inner, scale); }
export function reduceMax(x: usize, y: usize, outer: i32, count: i32, inner: i32): void { reduce<Max>(x, y, outer, count, inner, 1); }
export function reduceMin(x: usize, y: usize, outer: i32, count: i32, inner: i32): void { reduce<Min>(x, y, outer, count, inner, 1); }

@unmanaged
class Rows { x: usize; y: usize; rows: i32; n: i32; piece: i32; }

/** y[row] = the first index of the largest of the n > 0 elements of a row, as JavaScript finds it: NaN is never larger, nor anything than it. */
export function argMax(x: usize, y: usize, rows: i32, n: i32): void {
  const job = changetype<Rows>(jobArguments());
  job.x = x; job.y = y; job.rows = rows; job.n = n; job.piece = pieceOf(rows, LIGHT / max(1, n), 16);
  inParallel(piecesIn(rows, job.piece), (chunk: i32) => {
    const job = changetype<Rows>(jobArguments());
    const n = job.n, first = chunk * job.piece, last = min(job.rows, first + job.piece);
    for (let row = first; row < last; row++) i32.store(job.y + (<usize>row << 2), argMaxOf(job.x + (<usize>(row * n) << 2), n));
  });
}

function argMaxOf(x: usize, n: i32): i32 {
  const start = f32.load(x), first = i32x4(0, 1, 2, 3);
  if (start != start) return 0;
  // Lane by lane the first index of what is larger than the first element; then the largest lane.
  let largest = f32x4.splat(start), at = i32x4.splat(0), index = first;
  for (let left = n; left > 0; left -= 4) {
    let larger = f32x4.gt(v128.load(x), largest);
    if (left < 4) larger = v128.and(larger, i32x4.lt_s(first, i32x4.splat(left)));
    largest = v128.bitselect(v128.load(x), largest, larger); at = v128.bitselect(index, at, larger);
    index = i32x4.add(index, i32x4.splat(4)); x += 16;
  }
  let best = f32x4.extract_lane(largest, 0), position = i32x4.extract_lane(at, 0);
  for (let lane = 1; lane < 4; lane++) {
    largest = v128.shuffle<f32>(largest, largest, 1, 2, 3, 0); at = v128.shuffle<f32>(at, at, 1, 2, 3, 0);
    const value = f32x4.extract_lane(largest, 0), place = i32x4.extract_lane(at, 0);
    if (value > best || (value == best && place < position)) { best = value; position = place; }
  }
  return position;
}
