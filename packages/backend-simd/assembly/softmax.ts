// Softmax over rows.
import { inParallel, jobArguments } from './parallel';
import { HEAVY, pieceOf, piecesIn } from './pieces';
import { expNegative, keepPart, storePart, sumLanes } from './simd';

@unmanaged
class Softmax { x: usize; y: usize; rows: i32; n: i32; piece: i32; }

/** y[r, :] = softmax(x[r, :]): exp(x − max) / Σ exp(x − max). */
export function softmax(x: usize, y: usize, rows: i32, n: i32): void {
  const job = changetype<Softmax>(jobArguments());
  job.x = x; job.y = y; job.rows = rows; job.n = n; job.piece = pieceOf(rows, HEAVY / max(1, n), 1);
  inParallel(piecesIn(rows, job.piece), (chunk: i32) => {
    const job = changetype<Softmax>(jobArguments());
    const n = job.n, bytes = <usize>n << 2, first = chunk * job.piece, last = min(job.rows, first + job.piece);
    for (let row = first; row < last; row++) softmaxRow(job.x + <usize>row * bytes, job.y + <usize>row * bytes, n);
  });
}

function softmaxRow(x: usize, y: usize, n: i32): void {
  const lowest = f32x4.splat(f32.NEGATIVE_INFINITY), zero = f32x4.splat(0);
  let largest = lowest, i = 0;
  // pmax is one instruction. It skips NaN, which the sum meets all the same.
  for (; i + 4 <= n; i += 4) largest = f32x4.pmax(largest, v128.load(x + (<usize>i << 2)));
  if (i < n) largest = f32x4.pmax(largest, keepPart(v128.load(x + (<usize>i << 2)), lowest, n - i));
  largest = f32x4.pmax(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
  largest = f32x4.pmax(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2));
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
}
