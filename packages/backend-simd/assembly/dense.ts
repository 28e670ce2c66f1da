// What the gradient of a dense layer needs beside products.
import { inParallel, jobArguments } from './parallel';
import { roomFor } from './pieces';
import { storePart } from './simd';

@unmanaged
class Slopes { dy: usize; y: usize; dz: usize; dbias: usize; rows: i32; n: i32; piece: i32; }

/**
 * dz = y > 0 ? dy : 0, the gradient of relu from its result, and in the same pass its sums over the rows of each of `blocks` equal blocks:
 * `dbias` [blocks, n]. One row after the other: memory wants to be read in its order.
 */
export function reluGradient(dy: usize, y: usize, dz: usize, dbias: usize, blocks: i32, rows: i32, n: i32): void {
  const job = changetype<Slopes>(jobArguments());
  job.dy = dy; job.y = y; job.dz = dz; job.dbias = dbias; job.rows = rows; job.n = n; job.piece = (rows + blocks - 1) / blocks;
  inParallel(blocks, (chunk: i32) => {
    const job = changetype<Slopes>(jobArguments());
    const n = job.n, bytes = <usize>n << 2, first = chunk * job.piece, at = <usize>first * bytes, zero = f32x4.splat(0);
    const dbias = job.dbias + <usize>chunk * bytes, sums = roomFor(dbias, bytes);
    let dy = job.dy + at, y = job.y + at, dz = job.dz + at;
    memory.fill(sums, 0, bytes);
    for (let rows = min(job.piece, job.rows - first); rows > 0; rows--) {
      let sum = sums, left = n;
      for (; left >= 4; left -= 4) {
        const slope = v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero));
        v128.store(dz, slope);
        v128.store(sum, f32x4.add(v128.load(sum), slope));
        dy += 16; y += 16; dz += 16; sum += 16;
      }
      if (left > 0) {
        const slope = v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero));
        storePart(dz, slope, left);
        storePart(sum, f32x4.add(v128.load(sum), slope), left);
        dy += <usize>left << 2; y += <usize>left << 2; dz += <usize>left << 2;
      }
    }
    if (sums != dbias) memory.copy(dbias, sums, bytes);
  });
}
