// What the gradient of a dense layer needs beside products.
import { inParallel, jobArguments } from './parallel';
import { storePart } from './simd';

/** Columns whose sums stay in the L1 cache beside what streams through. */
const STRIP: i32 = 1024;

@unmanaged
class Slopes { dy: usize; y: usize; dz: usize; dbias: usize; rows: i32; n: i32; piece: i32; }

/**
 * dz = y > 0 ? dy : 0, the gradient of relu from its result, and in the same pass its sums over the rows of each of `blocks` equal blocks:
 * `dbias` [blocks, n].
 */
export function reluGradient(dy: usize, y: usize, dz: usize, dbias: usize, blocks: i32, rows: i32, n: i32): void {
  const job = changetype<Slopes>(jobArguments());
  job.dy = dy; job.y = y; job.dz = dz; job.dbias = dbias; job.rows = rows; job.n = n;
  job.piece = (rows + blocks - 1) / blocks;
  inParallel(blocks, (chunk: i32) => {
    const job = changetype<Slopes>(jobArguments());
    const n = job.n, first = chunk * job.piece, last = min(job.rows, first + job.piece), at = <usize>first * <usize>n << 2;
    for (let column = 0; column < n; column += STRIP) {
      const skip = <usize>column << 2;
      slopes(job.dy + at + skip, job.y + at + skip, job.dz + at + skip, job.dbias + (<usize>(chunk * n) << 2) + skip, last - first, min(STRIP, n - column), <usize>n << 2);
    }
  });
}

function slopes(dy: usize, y: usize, dz: usize, sums: usize, rows: i32, n: i32, step: usize): void {
  memory.fill(sums, 0, <usize>n << 2);
  const zero = f32x4.splat(0);
  for (; rows >= 2; rows -= 2) {
    let p = dy, q = y, r = dz, s = sums, left = n;
    for (; left >= 4; left -= 4) {
      const a = v128.and(v128.load(p), f32x4.gt(v128.load(q), zero)), b = v128.and(v128.load(p + step), f32x4.gt(v128.load(q + step), zero));
      v128.store(r, a); v128.store(r + step, b);
      v128.store(s, f32x4.add(v128.load(s), f32x4.add(a, b)));
      p += 16; q += 16; r += 16; s += 16;
    }
    if (left > 0) {
      const a = v128.and(v128.load(p), f32x4.gt(v128.load(q), zero)), b = v128.and(v128.load(p + step), f32x4.gt(v128.load(q + step), zero));
      storePart(r, a, left); storePart(r + step, b, left);
      storePart(s, f32x4.add(v128.load(s), f32x4.add(a, b)), left);
    }
    dy += 2 * step; y += 2 * step; dz += 2 * step;
  }
  if (rows > 0) {
    for (let left = n; left > 0; left -= 4) {
      const a = v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero));
      storePart(dz, a, left);
      storePart(sums, f32x4.add(v128.load(sums), a), left);
      dy += 16; y += 16; dz += 16; sums += 16;
    }
  }
}
