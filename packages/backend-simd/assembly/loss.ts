// Cross-entropy over the rows that count, and its gradient.
import { inParallel, jobArguments } from './parallel';
import { HEAVY, pieceOf, piecesIn } from './pieces';
import { sumOf } from './reduce';
import { expNegative, keepPart, log, storePart, sumLanes } from './simd';

@unmanaged
class CrossEntropy {
  logits: usize; targets: usize; mask: usize; statistics: usize; gradient: usize; rows: i32; n: i32; piece: i32;
  /** Of a row whose mask is 1. */
  weight: f64;
  /** The losses of the chunks: at most 64 doubles. */
  losses: f64;
}

/** Cuts the rows into chunks and does `work` for each; their number. */
function byRows(
  logits: usize, targets: usize, mask: usize, statistics: usize, gradient: usize, rows: i32, n: i32, factor: f32, work: (chunk: i32) => void,
): i32 {
  const job = changetype<CrossEntropy>(jobArguments());
  job.logits = logits; job.targets = targets; job.mask = mask; job.statistics = statistics; job.gradient = gradient;
  job.rows = rows; job.n = n; job.weight = <f64>factor / max<f64>(sumOf(mask, rows), 1);
  job.piece = pieceOf(rows, HEAVY / max(1, n), 1);
  const chunks = piecesIn(rows, job.piece);
  inParallel(chunks, work);
  return chunks;
}

/**
 * loss = Σ mask · (log Σ exp(logits) − logits[target]) / max(Σ mask, 1) over rows. A row whose mask is 0 counts for nothing, whatever its
 * logits and target. `statistics` [rows, 2]: the largest logit m and Σ exp(logits − m) of every other row, for the gradient.
 */
export function maskedCrossEntropy(logits: usize, targets: usize, mask: usize, loss: usize, statistics: usize, rows: i32, n: i32): void {
  const chunks = byRows(logits, targets, mask, statistics, 0, rows, n, 1, (chunk: i32) => {
    const job = changetype<CrossEntropy>(jobArguments());
    const n = job.n, bytes = <usize>n << 2, lowest = f32x4.splat(f32.NEGATIVE_INFINITY), zero = f32x4.splat(0);
    const first = chunk * job.piece, last = min(job.rows, first + job.piece);
    let total: f64 = 0;
    for (let row = first; row < last; row++) {
      const counts = f32.load(job.mask + (<usize>row << 2));
      if (counts == 0) continue;
      const logits = job.logits + <usize>row * bytes;
      let largest = lowest, p = logits, left = n;
      for (; left >= 4; left -= 4) { largest = f32x4.pmax(largest, v128.load(p)); p += 16; }
      if (left > 0) largest = f32x4.pmax(largest, keepPart(v128.load(p), lowest, left));
      largest = f32x4.pmax(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
      largest = f32x4.pmax(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2));
      let sum = zero;
      p = logits;
      for (left = n; left >= 4; left -= 4) { sum = f32x4.add(sum, expNegative(f32x4.sub(v128.load(p), largest))); p += 16; }
      if (left > 0) sum = f32x4.add(sum, keepPart(expNegative(f32x4.sub(v128.load(p), largest)), zero, left));
      const most = f32x4.extract_lane(largest, 0), normalizer = sumLanes(sum);
      f32.store(job.statistics + (<usize>row << 3), most); f32.store(job.statistics + (<usize>row << 3), normalizer, 4);
      // A target outside the vocabulary is a one-hot row of zeros: its logit counts as the largest.
      const target = i32.load(job.targets + (<usize>row << 2));
      const own = <u32>target < <u32>n ? <f64>most - <f64>f32.load(logits + (<usize>target << 2)) : 0;
      total += <f64>counts * own;
    }
    for (let row = first; row < last; row += 4) {
      const at = job.statistics + (<usize>row << 3), counts = keepPart(v128.load(job.mask + (<usize>row << 2)), zero, last - row);
      const logs = log(v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 1, 3, 5, 7));
      total += <f64>sumLanes(v128.bitselect(zero, f32x4.mul(logs, counts), f32x4.eq(counts, zero)));
    }
    f64.store(jobArguments() + offsetof<CrossEntropy>('losses') + (<usize>chunk << 3), total);
  });
  let total: f64 = 0;
  for (let i = 0; i < chunks; i++) total += f64.load(jobArguments() + offsetof<CrossEntropy>('losses') + (<usize>i << 3));
  f32.store(loss, <f32>(total * changetype<CrossEntropy>(jobArguments()).weight));
}

/** The derivative for the logits times `dy`: dy · mask · (softmax − one-hot) / max(Σ mask, 1). */
export function maskedCrossEntropyGradient(
  logits: usize, targets: usize, mask: usize, statistics: usize, dy: usize, gradient: usize, rows: i32, n: i32,
): void {
  byRows(logits, targets, mask, statistics, gradient, rows, n, f32.load(dy), (chunk: i32) => {
    const job = changetype<CrossEntropy>(jobArguments());
    const n = job.n, bytes = <usize>n << 2;
    for (let row = chunk * job.piece, last = min(job.rows, row + job.piece); row < last; row++) {
      const counts = f32.load(job.mask + (<usize>row << 2)), gradient = job.gradient + <usize>row * bytes;
      if (counts == 0) { memory.fill(gradient, 0, bytes); continue; }
      const weight = <f64>counts * job.weight, statistics = job.statistics + (<usize>row << 3);
      const largest = v128.load32_splat(statistics), factor = f32x4.splat(<f32>(weight / <f64>f32.load(statistics, 4)));
      let p = job.logits + <usize>row * bytes, to = gradient, left = n;
      for (; left >= 4; left -= 4) { v128.store(to, f32x4.mul(expNegative(f32x4.sub(v128.load(p), largest)), factor)); p += 16; to += 16; }
      if (left > 0) storePart(to, f32x4.mul(expNegative(f32x4.sub(v128.load(p), largest)), factor), left);
      const target = i32.load(job.targets + (<usize>row << 2)), at = gradient + (<usize>target << 2);
      if (<u32>target < <u32>n) f32.store(at, f32.load(at) - <f32>weight);
    }
  });
}
