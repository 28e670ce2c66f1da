// Batched matrix products in parallel: chunks are groups of products, or pieces of large ones. No cut changes a result, so that there
// may be more pieces where there are more threads.
import { inParallel, jobArguments, threads } from './parallel';
import { product, START_BIAS, START_C, START_ZERO } from './product';
import { storePart } from './simd';

/** Multiply-adds of a chunk, at least: some 9 µs. */
const CHUNK_WORK: i64 = 250_000;

/** Every cut repeats some of the packing: no more than these chunks for each thread, and in all, unless they are large anyway. */
const CHUNKS_OF_THREAD: i32 = 4;
const CHUNKS: i32 = 8;
const LARGE_CHUNK_WORK: i64 = 2_000_000;

/** Pieces of fewer rows spend too much on packing their part of B. */
const MANY_ROWS: i32 = 96;

/** A cut runs between whole tiles. */
const TILE_ROWS: i32 = 4;
const TILE_COLUMNS: i32 = 8;

@unmanaged
class Products {
  batches: i32; aBatch: usize; bBatch: usize; cBatch: usize; biasBatch: usize;
  a: usize; aStep: usize; b: usize; bStep: usize; c: usize; cStep: usize; m: i32; n: i32; k: i32; transposeA: i32; transposeB: i32;
  bias: usize; relu: i32; residual: usize;
  /** Products of a chunk, or (1) pieces of a product, so many of them side by side, with so many rows and columns. */
  group: i32; pieces: i32; across: i32; rows: i32; columns: i32;
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
  products(
    batches, aBatch, bBatch, cBatch, biasBatch, a, aStep, b, bStep, c, cStep, m, n, k, transposeA, transposeB, bias, relu, 0,
  );
}

/** C = act(A·B + bias + residual), of which the last has n floats in every row, as C: each chunk starts from its part of the sum. */
export function matmulResidual(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, bias: usize, relu: i32, residual: usize,
): void {
  products(1, 0, 0, 0, 0, a, <usize>k << 2, b, <usize>n << 2, c, <usize>n << 2, m, n, k, 0, 0, bias, relu, residual);
}

function products(
  batches: i32, aBatch: usize, bBatch: usize, cBatch: usize, biasBatch: usize,
  a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cStep: usize, m: i32, n: i32, k: i32, transposeA: i32, transposeB: i32,
  bias: usize, relu: i32, residual: usize,
): void {
  if (batches <= 0 || m <= 0 || n <= 0 || k <= 0) return;
  const job = changetype<Products>(jobArguments());
  job.batches = batches; job.aBatch = aBatch; job.bBatch = bBatch; job.cBatch = cBatch; job.biasBatch = biasBatch;
  job.a = a; job.aStep = aStep; job.b = b; job.bStep = bStep; job.c = c; job.cStep = cStep;
  job.m = m; job.n = n; job.k = k; job.transposeA = transposeA; job.transposeB = transposeB; job.bias = bias; job.relu = relu;
  job.residual = residual;
  const work = <i64>m * <i64>n * <i64>k;
  job.group = <i32>min<i64>(batches, max<i64>(1, CHUNK_WORK / work));
  const most = CHUNKS_OF_THREAD * threads();
  const few = min<i64>(min(CHUNKS, most) / batches, work / CHUNK_WORK), many = min<i64>(most / batches, work / LARGE_CHUNK_WORK);
  cut(job, <i32>max(few, many));
  inParallel(job.pieces * ((batches + job.group - 1) / job.group), productChunk);
}

/** Halves C until a product has `wished` pieces: across its rows while they are many, then across columns, then rows again. */
function cut(job: Products, wished: i32): void {
  let rows = job.m, columns = job.n;
  for (let pieces = 2; pieces <= wished; pieces *= 2) {
    if (rows >= 2 * MANY_ROWS) rows = half(rows, TILE_ROWS);
    else if (columns >= 4 * TILE_COLUMNS) columns = half(columns, TILE_COLUMNS);
    else if (rows >= 6 * TILE_ROWS) rows = half(rows, TILE_ROWS);
    else break;
  }
  job.rows = rows; job.columns = columns;
  job.across = (job.n + columns - 1) / columns;
  job.pieces = (job.m + rows - 1) / rows * job.across;
}

function half(length: i32, tile: i32): i32 {
  return (length + 2 * tile - 1) / (2 * tile) * tile;
}

function productChunk(chunk: i32): void {
  const job = changetype<Products>(jobArguments());
  const first = chunk / job.pieces * job.group, last = min(first + job.group, job.batches);
  const piece = chunk % job.pieces;
  const row = piece / job.across * job.rows, column = piece % job.across * job.columns;
  const rows = min(job.rows, job.m - row), columns = min(job.columns, job.n - column);
  const aSkip = job.transposeA ? <usize>row << 2 : <usize>row * job.aStep;
  const bSkip = job.transposeB ? <usize>column * job.bStep : <usize>column << 2;
  const start = job.residual ? START_C : job.bias ? START_BIAS : START_ZERO;
  if (job.residual) startFromSum(job, row, column, rows, columns);
  for (let i = first; i < last; i++) {
    const at = <usize>i;
    product(
      job.a + at * job.aBatch + aSkip, job.aStep, job.b + at * job.bBatch + bSkip, job.bStep,
      job.c + at * job.cBatch + <usize>row * job.cStep + (<usize>column << 2), job.cStep,
      rows, columns, job.k, job.transposeA, job.transposeB, start, job.bias + at * job.biasBatch + (<usize>column << 2), job.relu,
    );
  }
}

/** C = bias + residual in a piece. */
function startFromSum(job: Products, row: i32, column: i32, rows: i32, columns: i32): void {
  for (let i = row; i < row + rows; i++) {
    const at = <usize>i * job.cStep;
    for (let j = column; j < column + columns; j += 4) {
      const here = <usize>j << 2;
      storePart(job.c + at + here, f32x4.add(v128.load(job.bias + here), v128.load(job.residual + at + here)), column + columns - j);
    }
  }
}
