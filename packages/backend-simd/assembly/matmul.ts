// Batched matrix products in parallel: chunks are groups of products, or rows or columns of large ones.
import { inParallel, jobArguments } from './parallel';
import { product, START_BIAS, START_ZERO } from './product';

/** Multiply-adds of a chunk, at least: some 6 µs. */
const CHUNK_WORK: i64 = 160_000;

/** Rows and columns of a chunk come in whole tiles. */
const TILE: i32 = 16;

@unmanaged
class Products {
  batches: i32; aBatch: usize; bBatch: usize; cBatch: usize; biasBatch: usize;
  a: usize; aStep: usize; b: usize; bStep: usize; c: usize; cStep: usize; m: i32; n: i32; k: i32; transposeA: i32; transposeB: i32;
  bias: usize; relu: i32;
  /** Products of a chunk, or (1) pieces of a product. */
  group: i32; pieces: i32; rows: i32; columns: i32;
}

/**
 * `batches` products C = act(A·B + bias); batch i + 1 starts `aBatch`, `bBatch`, `cBatch`, `biasBatch` bytes after batch i (0: the same
 * for all). See `product`.
 */
export function matmul(
  batches: i32, aBatch: usize, bBatch: usize, cBatch: usize, biasBatch: usize,
  a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cStep: usize, m: i32, n: i32, k: i32, transposeA: i32, transposeB: i32,
  bias: usize, relu: i32,
): void {
  if (batches <= 0 || m <= 0 || n <= 0 || k <= 0) return;
  const job = changetype<Products>(jobArguments());
  job.batches = batches; job.aBatch = aBatch; job.bBatch = bBatch; job.cBatch = cBatch; job.biasBatch = biasBatch;
  job.a = a; job.aStep = aStep; job.b = b; job.bStep = bStep; job.c = c; job.cStep = cStep;
  job.m = m; job.n = n; job.k = k; job.transposeA = transposeA; job.transposeB = transposeB; job.bias = bias; job.relu = relu;
  const work = <i64>m * <i64>n * <i64>k;
  const pieces = <i32>min<i64>(64, work / CHUNK_WORK);
  job.group = pieces > 1 ? 1 : <i32>min<i64>(batches, max<i64>(1, CHUNK_WORK / work));
  job.rows = m; job.columns = n; job.pieces = 1;
  if (pieces > 1) {
    // The longer side is cut.
    const side = max(m, n);
    const length = ((side + pieces - 1) / pieces + TILE - 1) / TILE * TILE;
    if (m >= n) job.rows = length; else job.columns = length;
    job.pieces = (side + length - 1) / length;
  }
  inParallel(job.pieces * ((batches + job.group - 1) / job.group), productChunk);
}

function productChunk(chunk: i32): void {
  const job = changetype<Products>(jobArguments());
  const first = chunk / job.pieces * job.group, last = min(first + job.group, job.batches);
  const piece = chunk % job.pieces;
  const row = job.rows < job.m ? piece * job.rows : 0, column = job.columns < job.n ? piece * job.columns : 0;
  const rows = min(job.rows, job.m - row), columns = min(job.columns, job.n - column);
  const aSkip = job.transposeA ? <usize>row << 2 : <usize>row * job.aStep;
  const bSkip = job.transposeB ? <usize>column * job.bStep : <usize>column << 2;
  const start = job.bias ? START_BIAS : START_ZERO;
  for (let i = first; i < last; i++) {
    const at = <usize>i;
    product(
      job.a + at * job.aBatch + aSkip, job.aStep, job.b + at * job.bBatch + bSkip, job.bStep,
      job.c + at * job.cBatch + <usize>row * job.cStep + (<usize>column << 2), job.cStep,
      rows, columns, job.k, job.transposeA, job.transposeB, start, job.bias + at * job.biasBatch + (<usize>column << 2), job.relu,
    );
  }
}
