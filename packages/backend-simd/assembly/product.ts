// Matrix product C = act(A·B + bias), row-major, A and B each optionally transposed, batched.
//
// A register tile of 4 × 8 results stays in registers over a block of the inner dimension. Every result is one chain of
// multiply-adds in the order of k, whatever tile computes it: results depend neither on the tiling nor on a partition of the rows.
//
// Shape of the inner loop (measured, 59 GFLOP/s peak): V8 11 (Node 20) sorts the pure operations of a basic block by accumulator, which
// keeps every loaded value of an unrolled block alive and spills (6 × 8: 28 GFLOP/s). Leaving the loop after any step makes each step a
// block of its own, and 8 accumulators + 2 columns + 4 rows fit the 15 registers: 52 GFLOP/s on V8 11 and 13.
import { scratch } from './parallel';
import { madd, relu } from './simd';

// Compile-time parameters of a tile, spelled as types so that the compiler folds them.
type Rows1 = i8;
type Rows2 = i16;
type Rows4 = i32;
type Columns4 = i32;
type Columns8 = i64;
/** A is stored row by row: k runs along memory. */
type AlongK = i32;
/** The rows of a tile lie side by side in memory (A transposed, or packed): k steps by a stride. */
type AcrossK = f32;

/** Inner dimension handled per pass over C: a B panel (8 · 256 floats, 8 KiB) stays in the L1 cache. */
const K_BLOCK: i32 = 256;

/** More rows than this repay copying the B panel (measured; a transposed B is always copied). */
const PACK_ROWS: i32 = 64;

export const START_ZERO: i32 = 0;
export const START_BIAS: i32 = 1;
export const START_C: i32 = 2;

const FINISH_PLAIN: i32 = 0;
const FINISH_RELU: i32 = 1;

// @ts-ignore: decorator
@inline
function finish(c: usize, x: v128, mode: i32): void {
  v128.store(c, mode == FINISH_RELU ? relu(x) : x);
}

/** One tile of C over k > 0 steps. Strides in bytes; `aStep` is the distance of two rows (AlongK) or of two k (AcrossK). */
function tile<R, W, A>(
  a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cStep: usize, k: i32, startMode: i32, bias: usize, finishMode: i32,
): void {
  const rows = sizeof<R>();
  const wide = sizeof<W>() == 8;
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
  if (startMode == START_BIAS) {
    c00 = v128.load(bias); c10 = c00; c20 = c00; c30 = c00;
    if (wide) { c01 = v128.load(bias, 16); c11 = c01; c21 = c01; c31 = c01; }
  } else if (startMode == START_C) {
    let row = c;
    c00 = v128.load(row); if (wide) c01 = v128.load(row, 16);
    if (rows > 1) { row += cStep; c10 = v128.load(row); if (wide) c11 = v128.load(row, 16); }
    if (rows > 2) { row += cStep; c20 = v128.load(row); if (wide) c21 = v128.load(row, 16); }
    if (rows > 2) { row += cStep; c30 = v128.load(row); if (wide) c31 = v128.load(row, 16); }
  }
  let a0 = a, a1 = a + aStep, a2 = a1 + aStep, a3 = a2 + aStep;
  let p = b, b0 = zero, b1 = zero, s = zero;
  while (true) {
    b0 = v128.load(p); if (wide) b1 = v128.load(p, 16); p += bStep;
    s = v128.load32_splat(a0); c00 = madd(s, b0, c00); if (wide) c01 = madd(s, b1, c01);
    if (rows > 1) { s = isInteger<A>() ? v128.load32_splat(a1) : v128.load32_splat(a0, 4); c10 = madd(s, b0, c10); if (wide) c11 = madd(s, b1, c11); }
    if (rows > 2) { s = isInteger<A>() ? v128.load32_splat(a2) : v128.load32_splat(a0, 8); c20 = madd(s, b0, c20); if (wide) c21 = madd(s, b1, c21); }
    if (rows > 2) { s = isInteger<A>() ? v128.load32_splat(a3) : v128.load32_splat(a0, 12); c30 = madd(s, b0, c30); if (wide) c31 = madd(s, b1, c31); }
    if (isFloat<A>()) a0 += aStep;
    if (--k == 0) break;
    b0 = v128.load(p); if (wide) b1 = v128.load(p, 16); p += bStep;
    s = isInteger<A>() ? v128.load32_splat(a0, 4) : v128.load32_splat(a0); c00 = madd(s, b0, c00); if (wide) c01 = madd(s, b1, c01);
    if (rows > 1) { s = isInteger<A>() ? v128.load32_splat(a1, 4) : v128.load32_splat(a0, 4); c10 = madd(s, b0, c10); if (wide) c11 = madd(s, b1, c11); }
    if (rows > 2) { s = isInteger<A>() ? v128.load32_splat(a2, 4) : v128.load32_splat(a0, 8); c20 = madd(s, b0, c20); if (wide) c21 = madd(s, b1, c21); }
    if (rows > 2) { s = isInteger<A>() ? v128.load32_splat(a3, 4) : v128.load32_splat(a0, 12); c30 = madd(s, b0, c30); if (wide) c31 = madd(s, b1, c31); }
    if (isFloat<A>()) a0 += aStep;
    if (--k == 0) break;
    b0 = v128.load(p); if (wide) b1 = v128.load(p, 16); p += bStep;
    s = isInteger<A>() ? v128.load32_splat(a0, 8) : v128.load32_splat(a0); c00 = madd(s, b0, c00); if (wide) c01 = madd(s, b1, c01);
    if (rows > 1) { s = isInteger<A>() ? v128.load32_splat(a1, 8) : v128.load32_splat(a0, 4); c10 = madd(s, b0, c10); if (wide) c11 = madd(s, b1, c11); }
    if (rows > 2) { s = isInteger<A>() ? v128.load32_splat(a2, 8) : v128.load32_splat(a0, 8); c20 = madd(s, b0, c20); if (wide) c21 = madd(s, b1, c21); }
    if (rows > 2) { s = isInteger<A>() ? v128.load32_splat(a3, 8) : v128.load32_splat(a0, 12); c30 = madd(s, b0, c30); if (wide) c31 = madd(s, b1, c31); }
    if (isFloat<A>()) a0 += aStep;
    if (--k == 0) break;
    b0 = v128.load(p); if (wide) b1 = v128.load(p, 16); p += bStep;
    s = isInteger<A>() ? v128.load32_splat(a0, 12) : v128.load32_splat(a0); c00 = madd(s, b0, c00); if (wide) c01 = madd(s, b1, c01);
    if (rows > 1) { s = isInteger<A>() ? v128.load32_splat(a1, 12) : v128.load32_splat(a0, 4); c10 = madd(s, b0, c10); if (wide) c11 = madd(s, b1, c11); }
    if (rows > 2) { s = isInteger<A>() ? v128.load32_splat(a2, 12) : v128.load32_splat(a0, 8); c20 = madd(s, b0, c20); if (wide) c21 = madd(s, b1, c21); }
    if (rows > 2) { s = isInteger<A>() ? v128.load32_splat(a3, 12) : v128.load32_splat(a0, 12); c30 = madd(s, b0, c30); if (wide) c31 = madd(s, b1, c31); }
    if (isInteger<A>()) { a0 += 16; if (rows > 1) a1 += 16; if (rows > 2) { a2 += 16; a3 += 16; } } else a0 += aStep;
    if (--k == 0) break;
  }
  let row = c;
  finish(row, c00, finishMode); if (wide) finish(row + 16, c01, finishMode);
  if (rows > 1) { row += cStep; finish(row, c10, finishMode); if (wide) finish(row + 16, c11, finishMode); }
  if (rows > 2) { row += cStep; finish(row, c20, finishMode); if (wide) finish(row + 16, c21, finishMode); }
  if (rows > 2) { row += cStep; finish(row, c30, finishMode); if (wide) finish(row + 16, c31, finishMode); }
}

/** A column strip of C: up to 8 columns over all rows. */
function strip<W, A>(
  m: i32, a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cStep: usize, k: i32, startMode: i32, bias: usize, finishMode: i32,
): void {
  // Bytes from one row of A to the next.
  const aRow: usize = isInteger<A>() ? aStep : 4;
  let i = m;
  for (; i >= 4; i -= 4) {
    tile<Rows4, W, A>(a, aStep, b, bStep, c, cStep, k, startMode, bias, finishMode);
    a += 4 * aRow; c += 4 * cStep;
  }
  if (i >= 2) { tile<Rows2, W, A>(a, aStep, b, bStep, c, cStep, k, startMode, bias, finishMode); a += 2 * aRow; c += 2 * cStep; i -= 2; }
  if (i >= 1) tile<Rows1, W, A>(a, aStep, b, bStep, c, cStep, k, startMode, bias, finishMode);
}

/** A strip with fewer columns than a vector holds: tiles are computed in scratch, the valid columns copied. */
function raggedStrip<W, A>(
  columns: i32, m: i32, a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cStep: usize, k: i32, startMode: i32, bias: usize, finishMode: i32,
  tileScratch: usize,
): void {
  const aRow: usize = isInteger<A>() ? aStep : 4;
  const bytes = <usize>columns << 2;
  for (let i = 0; i < m; i += 4) {
    const rows = min(4, m - i);
    if (startMode == START_C) for (let r: usize = 0; r < <usize>rows; r++) memory.copy(tileScratch + r * 32, c + r * cStep, bytes);
    strip<W, A>(rows, a, aStep, b, bStep, tileScratch, 32, k, startMode, bias, finishMode);
    for (let r: usize = 0; r < <usize>rows; r++) memory.copy(c + r * cStep, tileScratch + r * 32, bytes);
    a += 4 * aRow; c += 4 * cStep;
  }
}

/** Copies k rows of 8 columns side by side; `columns` < 8 leaves the others zero. */
function packPanel(b: usize, bStep: usize, k: i32, columns: i32, to: usize): void {
  if (columns >= 8) {
    for (; k > 0; k--) { v128.store(to, v128.load(b)); v128.store(to, v128.load(b, 16), 16); b += bStep; to += 32; }
    return;
  }
  for (; k > 0; k--) {
    v128.store(to, f32x4.splat(0)); v128.store(to, f32x4.splat(0), 16);
    for (let j = 0; j < columns; j++) f32.store(to + (<usize>j << 2), f32.load(b + (<usize>j << 2)));
    b += bStep; to += 32;
  }
}

/** Like packPanel, from a B stored by columns: 8 rows of memory, `bStep` bytes apart, become 8 columns. */
function packPanelTransposed(b: usize, bStep: usize, k: i32, columns: i32, to: usize): void {
  let done = 0;
  if (columns >= 8) {
    for (; done + 4 <= k; done += 4) {
      packTranspose4(b, bStep, to);
      packTranspose4(b + 4 * bStep, bStep, to + 16);
      b += 16; to += 128;
    }
  }
  for (; done < k; done++) {
    if (columns < 8) { v128.store(to, f32x4.splat(0)); v128.store(to, f32x4.splat(0), 16); }
    let from = b;
    for (let j = 0; j < min(columns, 8); j++) { f32.store(to + (<usize>j << 2), f32.load(from)); from += bStep; }
    b += 4; to += 32;
  }
}

/** Transposes 4 × 4 floats into rows 32 bytes apart. */
// @ts-ignore: decorator
@inline
function packTranspose4(from: usize, fromStep: usize, to: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + fromStep), r2 = v128.load(from + 2 * fromStep), r3 = v128.load(from + 3 * fromStep);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7), 96);
}

// @ts-ignore: decorator
@inline
function anyStrip<A>(
  columns: i32, m: i32, a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cStep: usize, k: i32, startMode: i32, bias: usize, finishMode: i32,
  tileScratch: usize,
): void {
  if (columns >= 8) strip<Columns8, A>(m, a, aStep, b, bStep, c, cStep, k, startMode, bias, finishMode);
  else if (columns == 4) strip<Columns4, A>(m, a, aStep, b, bStep, c, cStep, k, startMode, bias, finishMode);
  else if (columns > 4) raggedStrip<Columns8, A>(columns, m, a, aStep, b, bStep, c, cStep, k, startMode, bias, finishMode, tileScratch);
  else raggedStrip<Columns4, A>(columns, m, a, aStep, b, bStep, c, cStep, k, startMode, bias, finishMode, tileScratch);
}

/**
 * C[m, n] = finish(A·B + start), with `aStep`, `bStep`, `cStep` bytes between stored rows. `start`: 0 zero, 1 the vector of n floats at
 * `bias`, 2 what C holds. `relu` 1 applies it at the end. Works in the thread's scratch memory.
 */
export function product(
  a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cStep: usize, m: i32, n: i32, k: i32, transposeA: i32, transposeB: i32,
  start: i32, bias: usize, relu: i32,
): void {
  if (k <= 0) return;
  const packed = scratch(), tileScratch = packed + K_BLOCK * 32;
  let k0 = 0;
  do {
    const kBlock = min(K_BLOCK, k - k0);
    const startMode = k0 > 0 ? START_C : start;
    const finishMode = relu && k0 + kBlock == k ? FINISH_RELU : FINISH_PLAIN;
    const aBlock = a + (transposeA ? <usize>k0 * aStep : <usize>k0 << 2);
    for (let j = 0; j < n; j += 8) {
      const columns = n - j;
      let panel: usize, panelStep: usize;
      if (transposeB) {
        packPanelTransposed(b + <usize>j * bStep + (<usize>k0 << 2), bStep, kBlock, columns, packed);
        panel = packed; panelStep = 32;
      } else if (m > PACK_ROWS) {
        packPanel(b + <usize>k0 * bStep + (<usize>j << 2), bStep, kBlock, columns, packed);
        panel = packed; panelStep = 32;
      } else {
        panel = b + <usize>k0 * bStep + (<usize>j << 2); panelStep = bStep;
      }
      const to = c + (<usize>j << 2), biasHere = bias + (<usize>j << 2);
      if (transposeA) anyStrip<AcrossK>(columns, m, aBlock, aStep, panel, panelStep, to, cStep, kBlock, startMode, biasHere, finishMode, tileScratch);
      else anyStrip<AlongK>(columns, m, aBlock, aStep, panel, panelStep, to, cStep, kBlock, startMode, biasHere, finishMode, tileScratch);
    }
    k0 += kBlock;
  } while (k0 < k);
}
