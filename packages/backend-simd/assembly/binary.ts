// Element-wise functions of two tensors with broadcasting. The TypeScript side collapses the shapes to at most four dimensions
// d0 × d1 × d2 × d3 with element strides for each operand (0 where it is broadcast); in the innermost one a stride is 0 or 1.
import { inParallel, jobArguments } from './parallel';
import { LIGHT, pieceOf, piecesIn } from './pieces';
import { storePart } from './simd';

class Add {}
class Div {}
class Equal {}
class Greater {}
class GreaterEqual {}
class Less {}
class LessEqual {}
class Maximum {}
class Minimum {}
class Mul {}
class NotEqual {}
class SquaredDifference {}
class Sub {}

/** Arithmetic on lanes of T, f32 or i32. */
// @ts-ignore: decorator
@inline
function apply<F, T>(a: v128, b: v128): v128 {
  if (idof<F>() == idof<Add>()) return v128.add<T>(a, b);
  if (idof<F>() == idof<Div>()) return f32x4.div(a, b);
  if (idof<F>() == idof<Maximum>()) return v128.max<T>(a, b);
  if (idof<F>() == idof<Minimum>()) return v128.min<T>(a, b);
  if (idof<F>() == idof<Mul>()) return v128.mul<T>(a, b);
  if (idof<F>() == idof<Sub>()) return v128.sub<T>(a, b);
  const difference = v128.sub<T>(a, b);
  return v128.mul<T>(difference, difference);
}

// @ts-ignore: decorator
@inline
function compares<F>(): bool {
  return idof<F>() == idof<Equal>() || idof<F>() == idof<NotEqual>() || idof<F>() == idof<Greater>() || idof<F>() == idof<GreaterEqual>() ||
    idof<F>() == idof<Less>() || idof<F>() == idof<LessEqual>();
}

/** Lanes of ones or zeros. T is f32 or i32. */
// @ts-ignore: decorator
@inline
function compare<F, T>(a: v128, b: v128): v128 {
  if (idof<F>() == idof<Equal>()) return v128.eq<T>(a, b);
  if (idof<F>() == idof<NotEqual>()) return v128.ne<T>(a, b);
  if (idof<F>() == idof<Greater>()) return v128.gt<T>(a, b);
  if (idof<F>() == idof<GreaterEqual>()) return v128.ge<T>(a, b);
  if (idof<F>() == idof<Less>()) return v128.lt<T>(a, b);
  return v128.le<T>(a, b);
}

// @ts-ignore: decorator
@inline
function rowOf<F, T>(a: usize, aStride: i32, b: usize, bStride: i32, y: usize, n: i32): void {
  if (aStride && bStride) {
    for (; n >= 4; n -= 4) { v128.store(y, apply<F, T>(v128.load(a), v128.load(b))); a += 16; b += 16; y += 16; }
    if (n > 0) storePart(y, apply<F, T>(v128.load(a), v128.load(b)), n);
  } else if (aStride) {
    const right = v128.load32_splat(b);
    for (; n >= 4; n -= 4) { v128.store(y, apply<F, T>(v128.load(a), right)); a += 16; y += 16; }
    if (n > 0) storePart(y, apply<F, T>(v128.load(a), right), n);
  } else {
    const left = v128.load32_splat(a);
    for (; n >= 4; n -= 4) { v128.store(y, apply<F, T>(left, v128.load(b))); b += 16; y += 16; }
    if (n > 0) storePart(y, apply<F, T>(left, v128.load(b)), n);
  }
}

// @ts-ignore: decorator
@inline
function compareRow<F, T>(a: usize, aStride: i32, b: usize, bStride: i32, y: usize, n: i32): void {
  const aStep = <usize>aStride << 4, bStep = <usize>bStride << 4;
  for (; n >= 4; n -= 4) {
    v128.store32_lane(y, compareVector<F, T>(a, aStride, b, bStride), 0);
    a += aStep; b += bStep; y += 4;
  }
  if (n > 0) {
    const bytes = compareVector<F, T>(a, aStride, b, bStride);
    store<u8>(y, i8x16.extract_lane_u(bytes, 0));
    if (n > 1) store<u8>(y, i8x16.extract_lane_u(bytes, 1), 1);
    if (n > 2) store<u8>(y, i8x16.extract_lane_u(bytes, 2), 2);
  }
}

/** Four comparisons, as bytes. */
// @ts-ignore: decorator
@inline
function compareVector<F, T>(a: usize, aStride: i32, b: usize, bStride: i32): v128 {
  const left = aStride ? v128.load(a) : v128.load32_splat(a), right = bStride ? v128.load(b) : v128.load32_splat(b);
  const words = v128.and(compare<F, T>(left, right), i32x4.splat(1));
  const halves = i16x8.narrow_i32x4_s(words, words);
  return i8x16.narrow_i16x8_u(halves, halves);
}

@unmanaged
class Loops {
  a: usize; b: usize; y: usize; d1: i32; d2: i32; d3: i32; a0: i32; a1: i32; a2: i32; a3: i32; b0: i32; b1: i32; b2: i32; b3: i32;
  /** Rows of d3 elements, of a chunk and in all; or (1 row) elements of a chunk. */
  group: i32; rows: i32; piece: i32;
}

/** Arithmetic on tensors of T, f32 or i32, or comparison, giving bytes. */
// @ts-ignore: decorator
@inline
function each<F, T>(
  a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32,
  a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32,
): void {
  const job = changetype<Loops>(jobArguments());
  job.a = a; job.b = b; job.y = y; job.d1 = d1; job.d2 = d2; job.d3 = d3; job.rows = d0 * d1 * d2;
  job.a0 = a0; job.a1 = a1; job.a2 = a2; job.a3 = a3; job.b0 = b0; job.b1 = b1; job.b2 = b2; job.b3 = b3;
  job.piece = job.rows == 1 ? pieceOf(d3, LIGHT, 16) : d3;
  job.group = pieceOf(job.rows, LIGHT / max(1, d3), 1);
  inParallel(max(piecesIn(job.rows, job.group), piecesIn(d3, job.piece)), (chunk: i32) => {
    const job = changetype<Loops>(jobArguments());
    const a3 = job.a3, b3 = job.b3, a2 = <usize>job.a2 << 2, b2 = <usize>job.b2 << 2;
    const size: usize = compares<F>() ? 1 : 4, width = <usize>job.d3 * size;
    const start = job.rows == 1 ? chunk * job.piece : 0, n = min(job.piece, job.d3 - start);
    let row = job.rows == 1 ? 0 : chunk * job.group, last = min(job.rows, row + job.group);
    let y = job.y + <usize>row * width + <usize>start * size;
    while (row < last) {
      const i2 = row % job.d2, plane = row / job.d2, i1 = plane % job.d1, i0 = plane / job.d1;
      let a = job.a + (<usize>(i0 * job.a0 + i1 * job.a1 + i2 * job.a2 + start * a3) << 2);
      let b = job.b + (<usize>(i0 * job.b0 + i1 * job.b1 + i2 * job.b2 + start * b3) << 2);
      for (const end = min(last, row + job.d2 - i2); row < end; row++) {
        if (compares<F>()) compareRow<F, T>(a, a3, b, b3, y, n);
        else rowOf<F, T>(a, a3, b, b3, y, n);
        y += width; a += a2; b += b2;
      }
    }
  });
}

export function add(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Add, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function addInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Add, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function div(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Div, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function maximum(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Maximum, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function maximumInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Maximum, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function minimum(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Minimum, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function minimumInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Minimum, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function mul(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Mul, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function mulInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Mul, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function squaredDifference(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<SquaredDifference, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function sub(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Sub, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function subInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Sub, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function equal(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Equal, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function equalInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Equal, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function greater(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Greater, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function greaterInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Greater, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function greaterEqual(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<GreaterEqual, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function greaterEqualInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<GreaterEqual, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function less(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Less, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function lessInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<Less, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function lessEqual(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<LessEqual, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function lessEqualInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<LessEqual, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function notEqual(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<NotEqual, f32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
export function notEqualInt32(a: usize, b: usize, y: usize, d0: i32, d1: i32, d2: i32, d3: i32, a0: i32, a1: i32, a2: i32, a3: i32, b0: i32, b1: i32, b2: i32, b3: i32): void {
  each<NotEqual, i32>(a, b, y, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3);
}
