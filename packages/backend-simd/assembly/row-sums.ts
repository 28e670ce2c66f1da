// Sums over the rows of a matrix, row after row: memory wants to be read in its order. Rows are cut into equal blocks, each with sums of its
// own.
import { inParallel, jobArguments } from './parallel';
import { storePart } from './simd';

class Plain {}
class Relu {}

@unmanaged
class Rows { x: usize; y: usize; z: usize; sums: usize; rows: i32; n: i32; piece: i32; }

// @ts-ignore: decorator
@inline
function sums<F>(x: usize, y: usize, z: usize, sums: usize, blocks: i32, rows: i32, n: i32): void {
  const job = changetype<Rows>(jobArguments());
  job.x = x; job.y = y; job.z = z; job.sums = sums; job.rows = rows; job.n = n; job.piece = (rows + blocks - 1) / blocks;
  inParallel(blocks, (chunk: i32) => {
    const job = changetype<Rows>(jobArguments());
    const n = job.n, bytes = <usize>n << 2, first = chunk * job.piece, at = <usize>first * bytes;
    const sums = job.sums + <usize>chunk * bytes;
    let x = job.x + at, y = job.y + at, z = job.z + at;
    memory.fill(sums, 0, bytes);
    for (let rows = min(job.piece, job.rows - first); rows > 0; rows--) {
      let to = sums, left = n;
      for (; left >= 4; left -= 4) {
        const value = valueOf<F>(x, y);
        if (idof<F>() == idof<Relu>()) { v128.store(z, value); y += 16; z += 16; }
        v128.store(to, f32x4.add(v128.load(to), value));
        x += 16; to += 16;
      }
      if (left > 0) {
        const value = valueOf<F>(x, y);
        if (idof<F>() == idof<Relu>()) { storePart(z, value, left); y += <usize>left << 2; z += <usize>left << 2; }
        storePart(to, f32x4.add(v128.load(to), value), left);
        x += <usize>left << 2;
      }
    }
  });
}

// @ts-ignore: decorator
@inline
function valueOf<F>(x: usize, y: usize): v128 {
  return idof<F>() == idof<Relu>() ? v128.and(v128.load(x), f32x4.gt(v128.load(y), f32x4.splat(0))) : v128.load(x);
}

/** `to` [blocks, n] = Σ x over the rows of each block. */
export function sumRows(x: usize, to: usize, blocks: i32, rows: i32, n: i32): void { sums<Plain>(x, x, x, to, blocks, rows, n); }

/** dz = y > 0 ? dy : 0, the gradient of relu from its result, and in the same pass `to` [blocks, n] = Σ dz over the rows of each block. */
export function reluGradient(dy: usize, y: usize, dz: usize, to: usize, blocks: i32, rows: i32, n: i32): void {
  sums<Relu>(dy, y, dz, to, blocks, rows, n);
}
