// Matrix product C = act(A·B + start), row-major, A and B each optionally transposed.
//
// A tile of 6 × 8 results stays in registers over a block of the inner dimension. Every result is one chain of multiply-adds in the
// order of k, whatever tile computes it: results depend neither on the tiling nor on a partition of rows and columns.
//
// Around the tiles: for every block of k and of columns, B is packed into panels of 8 columns (a transposed B always, another one if
// enough rows repay it); for every block of rows that fits the L1 cache beside a panel, all panels run over all its tiles.
import { scratch } from './parallel';
import { madd, relu, storePart } from './simd';

// Compile-time parameters of a tile, spelled as types so that the compiler folds them.
type Rows1 = i8;
type Rows2 = i16;
type Rows3 = v128;
type Rows4 = i32;
type Rows6 = i64;
type Columns4 = i32;
type Columns8 = i64;
/** A is stored row by row: k runs along memory. */
type AlongK = i32;
/** The rows of a tile lie side by side in memory (A transposed, or packed): k steps by a stride. */
type AcrossK = f32;

/** Without fused multiply-add, products need registers of their own: a taller tile would not fit. */
const TALL: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** Inner dimension handled per pass over C: a B panel (8 · 256 floats, 8 KiB) stays in the L1 cache. */
const K_BLOCK: i32 = 256;

/** Where neither operand is packed and both are read across their rows: a panel then takes whole cache lines. */
const K_BLOCK_UNPACKED: i32 = 96;

/** What a block of rows of A may take, so that it stays in the L1 cache beside a B panel. */
const ROWS_BYTES: i32 = 24 * 1024;
const MOST_ROWS: i32 = 240;

/** A transposed A whose rows are this far apart is packed: every k is in another page and, mostly, in the same set of the L1 cache. */
const FAR_ROWS: usize = 4096;

/** Panels start in different sets of the L1 cache. */
const PANEL_GAP: usize = 64;

// Scratch: results of a ragged strip, packed rows of A, packed panels of B.
const PACKED_A: usize = 8 * 1024;
const PACKED_B: usize = 48 * 1024;
const PACKED_B_BYTES: i32 = 80 * 1024;

export const START_ZERO: i32 = 0;
export const START_BIAS: i32 = 1;
export const START_C: i32 = 2;

const zeros = memory.data(32, 16);

/** Element k (of four unrolled steps) of a row of a tile that begins at `a`; the row itself at `row` where k runs along it. */
// @ts-ignore: decorator
@inline
function element<A>(row: usize, a: usize, index: usize, k: usize): v128 {
  return v128.load32_splat(isInteger<A>() ? row + 4 * k : a + 4 * index);
}

/**
 * `count` tiles of C below one another, over k > 0 steps. Steps are bytes: `aStep` the distance of two rows (AlongK) or of two k
 * (AcrossK), `aNext` of two tiles; `from` holds what the results start from, in rows `fromStep` apart (0: one row for all).
 *
 * V8 11 (Node 20) sorts the pure operations of a basic block behind its loads, which keeps everything loaded alive: 12 results,
 * 2 columns and one element of A are all that its 15 registers hold. So every row of the tall tile is a basic block of its own, ended
 * by a way out that is never taken: no panel lies at the addresses 1, 2, … (all different, or V8 would merge the conditions).
 */
function tiles<R, W, A>(
  count: i32, a: usize, aStep: usize, aNext: usize, b: usize, bStep: usize, c: usize, cStep: usize, k: i32, from: usize, fromStep: usize,
  relued: i32,
): void {
  const tall = sizeof<R>() == 8, rows = tall ? 6 : sizeof<R>() == 16 ? 3 : sizeof<R>();
  const wide = sizeof<W>() == 8;
  const zero = f32x4.splat(0);
  while (true) {
    let c00 = zero, c10 = zero, c20 = zero, c30 = zero, c40 = zero, c50 = zero;
    let c01 = zero, c11 = zero, c21 = zero, c31 = zero, c41 = zero, c51 = zero;
    let start = from;
    c00 = v128.load(start); if (wide) c01 = v128.load(start, 16); start += fromStep;
    if (rows > 1) { c10 = v128.load(start); if (wide) c11 = v128.load(start, 16); start += fromStep; }
    if (rows > 2) { c20 = v128.load(start); if (wide) c21 = v128.load(start, 16); start += fromStep; }
    if (rows > 3) { c30 = v128.load(start); if (wide) c31 = v128.load(start, 16); start += fromStep; }
    if (rows > 4) { c40 = v128.load(start); if (wide) c41 = v128.load(start, 16); start += fromStep; }
    if (rows > 4) { c50 = v128.load(start); if (wide) c51 = v128.load(start, 16); start += fromStep; }
    from = start;
    let a0 = a, a1 = a, a2 = a, a3 = a, a4 = a, a5 = a;
    if (isInteger<A>()) { a1 += aStep; a2 = a1 + aStep; a3 = a2 + aStep; a4 = a3 + aStep; a5 = a4 + aStep; }
    let p = b, left = k, b0 = zero, b1 = zero, s = zero;
    while (true) {
      b0 = v128.load(p); if (wide) b1 = v128.load(p, 16); p += bStep;
      s = element<A>(a0, a0, 0, 0); c00 = madd(s, b0, c00); if (wide) c01 = madd(s, b1, c01);
      if (rows > 1) { if (tall && p == 1) break; s = element<A>(a1, a0, 1, 0); c10 = madd(s, b0, c10); if (wide) c11 = madd(s, b1, c11); }
      if (rows > 2) { if (tall && p == 2) break; s = element<A>(a2, a0, 2, 0); c20 = madd(s, b0, c20); if (wide) c21 = madd(s, b1, c21); }
      if (rows > 3) { if (tall && p == 3) break; s = element<A>(a3, a0, 3, 0); c30 = madd(s, b0, c30); if (wide) c31 = madd(s, b1, c31); }
      if (rows > 4) { if (tall && p == 4) break; s = element<A>(a4, a0, 4, 0); c40 = madd(s, b0, c40); if (wide) c41 = madd(s, b1, c41); }
      if (rows > 4) { if (tall && p == 5) break; s = element<A>(a5, a0, 5, 0); c50 = madd(s, b0, c50); if (wide) c51 = madd(s, b1, c51); }
      if (isFloat<A>()) a0 += aStep;
      if (--left == 0) break;
      b0 = v128.load(p); if (wide) b1 = v128.load(p, 16); p += bStep;
      s = element<A>(a0, a0, 0, 1); c00 = madd(s, b0, c00); if (wide) c01 = madd(s, b1, c01);
      if (rows > 1) { if (tall && p == 6) break; s = element<A>(a1, a0, 1, 1); c10 = madd(s, b0, c10); if (wide) c11 = madd(s, b1, c11); }
      if (rows > 2) { if (tall && p == 7) break; s = element<A>(a2, a0, 2, 1); c20 = madd(s, b0, c20); if (wide) c21 = madd(s, b1, c21); }
      if (rows > 3) { if (tall && p == 8) break; s = element<A>(a3, a0, 3, 1); c30 = madd(s, b0, c30); if (wide) c31 = madd(s, b1, c31); }
      if (rows > 4) { if (tall && p == 9) break; s = element<A>(a4, a0, 4, 1); c40 = madd(s, b0, c40); if (wide) c41 = madd(s, b1, c41); }
      if (rows > 4) { if (tall && p == 10) break; s = element<A>(a5, a0, 5, 1); c50 = madd(s, b0, c50); if (wide) c51 = madd(s, b1, c51); }
      if (isFloat<A>()) a0 += aStep;
      if (--left == 0) break;
      b0 = v128.load(p); if (wide) b1 = v128.load(p, 16); p += bStep;
      s = element<A>(a0, a0, 0, 2); c00 = madd(s, b0, c00); if (wide) c01 = madd(s, b1, c01);
      if (rows > 1) { if (tall && p == 11) break; s = element<A>(a1, a0, 1, 2); c10 = madd(s, b0, c10); if (wide) c11 = madd(s, b1, c11); }
      if (rows > 2) { if (tall && p == 12) break; s = element<A>(a2, a0, 2, 2); c20 = madd(s, b0, c20); if (wide) c21 = madd(s, b1, c21); }
      if (rows > 3) { if (tall && p == 13) break; s = element<A>(a3, a0, 3, 2); c30 = madd(s, b0, c30); if (wide) c31 = madd(s, b1, c31); }
      if (rows > 4) { if (tall && p == 14) break; s = element<A>(a4, a0, 4, 2); c40 = madd(s, b0, c40); if (wide) c41 = madd(s, b1, c41); }
      if (rows > 4) { if (tall && p == 15) break; s = element<A>(a5, a0, 5, 2); c50 = madd(s, b0, c50); if (wide) c51 = madd(s, b1, c51); }
      if (isFloat<A>()) a0 += aStep;
      if (--left == 0) break;
      b0 = v128.load(p); if (wide) b1 = v128.load(p, 16); p += bStep;
      s = element<A>(a0, a0, 0, 3); c00 = madd(s, b0, c00); if (wide) c01 = madd(s, b1, c01);
      if (rows > 1) { if (tall && p == 16) break; s = element<A>(a1, a0, 1, 3); c10 = madd(s, b0, c10); if (wide) c11 = madd(s, b1, c11); }
      if (rows > 2) { if (tall && p == 17) break; s = element<A>(a2, a0, 2, 3); c20 = madd(s, b0, c20); if (wide) c21 = madd(s, b1, c21); }
      if (rows > 3) { if (tall && p == 18) break; s = element<A>(a3, a0, 3, 3); c30 = madd(s, b0, c30); if (wide) c31 = madd(s, b1, c31); }
      if (rows > 4) { if (tall && p == 19) break; s = element<A>(a4, a0, 4, 3); c40 = madd(s, b0, c40); if (wide) c41 = madd(s, b1, c41); }
      if (rows > 4) { if (tall && p == 20) break; s = element<A>(a5, a0, 5, 3); c50 = madd(s, b0, c50); if (wide) c51 = madd(s, b1, c51); }
      if (isFloat<A>()) a0 += aStep; else { a0 += 16; a1 += 16; a2 += 16; a3 += 16; a4 += 16; a5 += 16; }
      if (--left == 0) break;
    }
    if (relued) {
      c00 = relu(c00); c10 = relu(c10); c20 = relu(c20); c30 = relu(c30); c40 = relu(c40); c50 = relu(c50);
      c01 = relu(c01); c11 = relu(c11); c21 = relu(c21); c31 = relu(c31); c41 = relu(c41); c51 = relu(c51);
    }
    v128.store(c, c00); if (wide) v128.store(c, c01, 16); c += cStep;
    if (rows > 1) { v128.store(c, c10); if (wide) v128.store(c, c11, 16); c += cStep; }
    if (rows > 2) { v128.store(c, c20); if (wide) v128.store(c, c21, 16); c += cStep; }
    if (rows > 3) { v128.store(c, c30); if (wide) v128.store(c, c31, 16); c += cStep; }
    if (rows > 4) { v128.store(c, c40); if (wide) v128.store(c, c41, 16); c += cStep; }
    if (rows > 4) { v128.store(c, c50); if (wide) v128.store(c, c51, 16); c += cStep; }
    if (--count == 0) break;
    a += aNext;
  }
}

/** How many tall tiles come first in m rows; fewer rows than a tall tile has follow, or two tiles of 4 (better than a tall one and 2). */
function tallTiles(m: i32): i32 {
  const count = m / TALL;
  return TALL == 6 && m % 6 == 2 && count > 0 ? count - 1 : count;
}

/**
 * A strip of C: up to 8 columns over m rows. `aNext` is the distance of two packed tiles, or 0 if A is not packed and its rows are `aRow`
 * apart.
 */
function strip<W, A>(
  m: i32, a: usize, aStep: usize, aRow: usize, aNext: usize, b: usize, bStep: usize, c: usize, cStep: usize, k: i32, from: usize,
  fromStep: usize, relued: i32,
): void {
  const tall = tallTiles(m);
  if (tall > 0) {
    const next = aNext ? aNext : TALL * aRow, rows = tall * TALL;
    if (TALL == 6) tiles<Rows6, W, A>(tall, a, aStep, next, b, bStep, c, cStep, k, from, fromStep, relued);
    else tiles<Rows4, W, A>(tall, a, aStep, next, b, bStep, c, cStep, k, from, fromStep, relued);
    a += tall * next; c += rows * cStep; from += rows * fromStep; m -= rows;
  }
  if (m >= 4) {
    const fours = m >> 2, next = aNext ? aNext : 4 * aRow, rows = 4 * fours;
    tiles<Rows4, W, A>(fours, a, aStep, next, b, bStep, c, cStep, k, from, fromStep, relued);
    a += fours * next; c += rows * cStep; from += rows * fromStep; m -= rows;
  }
  if (m == 3) tiles<Rows3, W, A>(1, a, aStep, 0, b, bStep, c, cStep, k, from, fromStep, relued);
  else if (m == 2) tiles<Rows2, W, A>(1, a, aStep, 0, b, bStep, c, cStep, k, from, fromStep, relued);
  else if (m == 1) tiles<Rows1, W, A>(1, a, aStep, 0, b, bStep, c, cStep, k, from, fromStep, relued);
}

/**
 * All strips of a block of rows; `bNext` and `fromNext` are the distances of what two of them read. A strip of 1–3 or 5–7 columns is
 * computed in `ragged`, its valid columns copied.
 */
function strips<A>(
  m: i32, n: i32, a: usize, aStep: usize, aRow: usize, aNext: usize, b: usize, bStep: usize, bNext: usize, c: usize, cStep: usize, k: i32,
  from: usize, fromStep: usize, fromNext: usize, relued: i32, ragged: usize,
): void {
  for (; n >= 8; n -= 8) {
    strip<Columns8, A>(m, a, aStep, aRow, aNext, b, bStep, c, cStep, k, from, fromStep, relued);
    b += bNext; c += 32; from += fromNext;
  }
  if (n == 0) return;
  if (n == 4) { strip<Columns4, A>(m, a, aStep, aRow, aNext, b, bStep, c, cStep, k, from, fromStep, relued); return; }
  if (n < 4) strip<Columns4, A>(m, a, aStep, aRow, aNext, b, bStep, ragged, 32, k, from, fromStep, relued);
  else strip<Columns8, A>(m, a, aStep, aRow, aNext, b, bStep, ragged, 32, k, from, fromStep, relued);
  for (; m > 0; m--) {
    storePart(c, v128.load(ragged), n);
    if (n > 4) storePart(c + 16, v128.load(ragged, 16), n - 4);
    ragged += 32; c += cStep;
  }
}

/** Copies k rows of B into panels of 8 columns. The last one may hold what lies behind its columns. */
function packColumns(b: usize, bStep: usize, k: i32, columns: i32, to: usize): void {
  const panel = (<usize>k << 5) + PANEL_GAP;
  for (; k > 0; k--) {
    let from = b, at = to, j = columns;
    for (; j > 4; j -= 8) { v128.store(at, v128.load(from)); v128.store(at, v128.load(from, 16), 16); from += 32; at += panel; }
    if (j > 0) v128.store(at, v128.load(from));
    b += bStep; to += 32;
  }
}

/** The same from a B stored by columns: 8 rows of memory, `bStep` bytes apart, become 8 columns. The last panel may repeat a column. */
function packColumnsTransposed(b: usize, bStep: usize, k: i32, columns: i32, to: usize): void {
  const panel = (<usize>k << 5) + PANEL_GAP;
  for (; columns > 0; columns -= 8) {
    packFourTransposed(b, bStep, k, columns, to);
    if (columns > 4) packFourTransposed(b + 4 * bStep, bStep, k, columns - 4, to + 16);
    b += 8 * bStep; to += panel;
  }
}

function packFourTransposed(b: usize, bStep: usize, k: i32, columns: i32, to: usize): void {
  let b1 = b, b2 = b, b3 = b;
  if (columns > 1) b1 += bStep;
  b2 = columns > 2 ? b1 + bStep : b1;
  b3 = columns > 3 ? b2 + bStep : b2;
  for (; k >= 4; k -= 4) {
    const r0 = v128.load(b), r1 = v128.load(b1), r2 = v128.load(b2), r3 = v128.load(b3);
    const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
    v128.store(to, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7), 32);
    v128.store(to, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5), 64);
    v128.store(to, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7), 96);
    b += 16; b1 += 16; b2 += 16; b3 += 16; to += 128;
  }
  for (; k > 0; k--) {
    f32.store(to, f32.load(b)); f32.store(to, f32.load(b1), 4); f32.store(to, f32.load(b2), 8); f32.store(to, f32.load(b3), 12);
    b += 4; b1 += 4; b2 += 4; b3 += 4; to += 32;
  }
}

/** Copies k rows of a transposed A so that the rows of a tile follow one another: TALL floats for each k. */
function packRows(a: usize, aStep: usize, m: i32, k: i32, to: usize): void {
  const panel = <usize>k * 4 * TALL + PANEL_GAP, tall = tallTiles(m), rest = m - tall * TALL;
  for (; k > 0; k--) {
    let from = a, at = to, left = rest;
    for (let tile = tall; tile > 0; tile--) {
      v128.store(at, v128.load(from)); if (TALL == 6) i64.store(at, i64.load(from, 16), 16);
      from += 4 * TALL; at += panel;
    }
    for (; left >= 4; left -= 4) { v128.store(at, v128.load(from)); from += 16; at += panel; }
    if (left > 0) storePart(at, v128.load(from), left);
    a += aStep; to += 4 * TALL;
  }
}

/** More rows than these repay packing B (measured). Beside a transposed A, the rows of B evict its lines and it pays earlier. */
function rowsWorthPacking(transposeA: i32, bStep: usize): i32 {
  if (!transposeA) return 64;
  return bStep >= FAR_ROWS / 2 ? 16 : 32;
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
  const ragged = scratch(), packedA = ragged + PACKED_A, packedB = ragged + PACKED_B;
  const packA = transposeA && aStep >= FAR_ROWS;
  const packB = transposeB || m > rowsWorthPacking(transposeA, bStep);
  const most = transposeA && !packB ? K_BLOCK_UNPACKED : K_BLOCK;
  const passes = (k + most - 1) / most;
  const kBlock = (k + passes - 1) / passes;
  const rowBlock = max(2 * TALL, min(MOST_ROWS, ROWS_BYTES / (4 * TALL * kBlock) * TALL));
  const columnBlock = packB ? 8 * (PACKED_B_BYTES / (32 * kBlock + <i32>PANEL_GAP)) : n;
  const aRow: usize = transposeA ? 4 : aStep;
  for (let k0 = 0; k0 < k; k0 += kBlock) {
    const steps = min(kBlock, k - k0);
    const relued = relu && k0 + steps == k ? 1 : 0;
    const aPart = a + (transposeA ? k0 * aStep : <usize>k0 << 2);
    const bPart = b + (transposeB ? <usize>k0 << 2 : k0 * bStep);
    for (let j = 0; j < n; j += columnBlock) {
      const columns = min(columnBlock, n - j);
      const bColumns = bPart + (transposeB ? j * bStep : <usize>j << 2);
      if (transposeB) packColumnsTransposed(bColumns, bStep, steps, columns, packedB);
      else if (packB) packColumns(bColumns, bStep, steps, columns, packedB);
      const panels = packB ? packedB : bColumns;
      const panelStep: usize = packB ? 32 : bStep, nextPanel: usize = packB ? 32 * steps + PANEL_GAP : 32;
      for (let i = 0; i < m; i += rowBlock) {
        const rows = min(rowBlock, m - i), to = c + i * cStep + (<usize>j << 2);
        let from = zeros, fromStep: usize = 0, nextFrom: usize = 0;
        if (k0 > 0 || start == START_C) { from = to; fromStep = cStep; nextFrom = 32; }
        else if (start == START_BIAS) { from = bias + (<usize>j << 2); nextFrom = 32; }
        let tile = aPart + i * aRow, tileStep = aStep, nextTile: usize = 0;
        if (packA) {
          packRows(tile, aStep, rows, steps, packedA);
          tile = packedA; tileStep = 4 * TALL; nextTile = 4 * TALL * steps + PANEL_GAP;
        }
        if (transposeA) {
          strips<AcrossK>(
            rows, columns, tile, tileStep, aRow, nextTile, panels, panelStep, nextPanel, to, cStep, steps, from, fromStep, nextFrom,
            relued, ragged,
          );
        } else {
          strips<AlongK>(
            rows, columns, tile, tileStep, aRow, nextTile, panels, panelStep, nextPanel, to, cStep, steps, from, fromStep, nextFrom,
            relued, ragged,
          );
        }
      }
    }
  }
}
