// Attention and its gradient, in blocks of eight queries of one head of one sequence: causality cuts the keys of every block short. No
// more than a tile of weights is ever stored.
import { AttentionJob, BLOCK, BLOCK_STEP, firstKey, Gradient, reachOf, weigh, Weights } from './attention-weights';
import { inParallel, jobArguments, thread } from './parallel';
import { product, START_C, START_ZERO } from './product';

/** Queries whose share of ∂k and ∂v is computed at once. */
const TILE: i32 = 32;

/** Multiply-adds of a chunk, at least: some 6 µs. */
const CHUNK_WORK: i64 = 160_000;

/** Chunks are whole sequences where there are at least so many. */
const ENOUGH_SEQUENCES: i32 = 16;

/** A sequence, its output and its gradient stay in the L2 cache up to this. */
const STREAMED_BYTES: usize = 512 * 1024;

/** Multiply-adds that take as long as one weight and its gradient, element by element. */
const WEIGHT_WORK: i32 = 16;

/**
 * Fills in the job. `joined`: q, k and v lie side by side in rows of 3·heads·width floats, y in rows of heads·width; else all are
 * [batch, heads, rows, …].
 */
function prepare(
  joined: i32, q: usize, k: usize, v: usize, y: usize, kind: i32, heads: i32, queries: i32, keys: i32, width: i32, valueWidth: i32,
  scale: f32, causal: i32, slopeBase: f64, mask: usize, maskBatch: i32, maskHead: i32, maskQuery: i32, maskKey: i32, normalized: i32,
  starts: usize, tiles: usize, tileBytes: usize,
): AttentionJob {
  const job = changetype<AttentionJob>(jobArguments());
  const bytes = <usize>width << 2, valueBytes = <usize>valueWidth << 2, all = <usize>heads * bytes;
  job.q = q; job.k = k; job.v = v; job.y = y;
  if (joined) {
    job.qRow = 3 * all; job.kRow = 3 * all; job.vRow = 3 * all; job.yRow = all;
    job.qHead = bytes; job.kHead = bytes; job.vHead = bytes; job.yHead = bytes;
    job.qBatch = 3 * all * <usize>queries; job.kBatch = job.qBatch; job.vBatch = job.qBatch; job.yBatch = all * <usize>queries;
  } else {
    job.qRow = bytes; job.kRow = bytes; job.vRow = valueBytes; job.yRow = valueBytes;
    job.qHead = <usize>queries * bytes; job.kHead = <usize>keys * bytes;
    job.vHead = <usize>keys * valueBytes; job.yHead = <usize>queries * valueBytes;
    job.qBatch = <usize>heads * job.qHead; job.kBatch = <usize>heads * job.kHead;
    job.vBatch = <usize>heads * job.vHead; job.yBatch = <usize>heads * job.yHead;
  }
  job.kind = kind; job.heads = heads; job.queries = queries; job.keys = keys; job.width = width; job.valueWidth = valueWidth;
  job.scale = scale; job.causal = causal; job.slopeBase = slopeBase; job.normalized = normalized;
  job.mask = mask; job.maskBatch = maskBatch; job.maskHead = maskHead; job.maskQuery = maskQuery; job.maskKey = maskKey;
  job.starts = starts; job.tiles = tiles; job.tileBytes = tileBytes;
  return job;
}

/**
 * Cuts `batch` sequences of `pieces` pieces, each with this many multiply-adds before causality halves them, into chunks: of whole
 * sequences if there are enough of those.
 */
function run(job: AttentionJob, joined: i32, batch: i32, pieces: i32, work: i64, chunk: (chunk: i32) => void): void {
  const wish = <i32>max<i64>(1, min<i64>(batch * pieces, (job.causal ? 2 * CHUNK_WORK : CHUNK_WORK) / work));
  const whole = batch >= ENOUGH_SEQUENCES;
  job.pieces = pieces; job.total = batch * pieces;
  job.group = whole ? (wish + pieces - 1) / pieces * pieces : wish;
  job.streamed = joined && whole && job.heads > 1 && job.qBatch * 2 + job.yBatch <= STREAMED_BYTES ? 1 : 0;
  inParallel((job.total + job.group - 1) / job.group, chunk);
}

/**
 * Brings a sequence into the cache. A head is a small piece of every row: read so, every line is waited for; read from front to back,
 * lines come before they are asked for (measured, tensors in no cache: a third of the time of output and gradient).
 */
function stream(job: AttentionJob, b: i32, gradient: bool): void {
  const q = job.q + <usize>b * job.qBatch, y = job.y + <usize>b * job.yBatch, dq = job.dq + <usize>b * job.qBatch;
  let any = 0;
  for (let at: usize = 0; at < job.qBatch; at += 64) any |= i32.load(q + at);
  for (let at: usize = 0; at < job.yBatch; at += 64) any |= i32.load(y + at);
  if (gradient) for (let at: usize = 0; at < job.qBatch; at += 64) any |= i32.load(dq + at);
  // Only so that the reads are not left out.
  i32.store(job.tiles + <usize>thread() * job.tileBytes, any);
}

function zeroRows(to: usize, step: usize, rows: i32, width: i32): void {
  for (let r = 0; r < rows; r++) memory.fill(to + <usize>r * step, 0, <usize>width << 2);
}

/**
 * y = weights(q, k) · v for every batch and head. See `prepare` for where they lie, and `AttentionJob` for the rest. `tiles`: for each
 * thread `tileBytes`, room for 8 floats a key.
 */
export function attention(
  joined: i32, q: usize, k: usize, v: usize, y: usize, kind: i32, batch: i32, heads: i32, queries: i32, keys: i32, width: i32, valueWidth: i32,
  scale: f32, causal: i32, slopeBase: f64, mask: usize, maskBatch: i32, maskHead: i32, maskQuery: i32, maskKey: i32, normalized: i32,
  starts: usize, tiles: usize, tileBytes: usize,
): void {
  const job = prepare(
    joined, q, k, v, y, kind, heads, queries, keys, width, valueWidth, scale, causal, slopeBase, mask, maskBatch, maskHead, maskQuery, maskKey,
    normalized, starts, tiles, tileBytes,
  );
  run(job, joined, batch, heads * ((queries + BLOCK - 1) / BLOCK), <i64>BLOCK * <i64>keys * <i64>(width + valueWidth + WEIGHT_WORK), outputChunk);
}

function outputChunk(chunk: i32): void {
  const job = changetype<AttentionJob>(jobArguments());
  const blocks = (job.queries + BLOCK - 1) / BLOCK, last = min((chunk + 1) * job.group, job.total);
  const w = job.tiles + <usize>thread() * job.tileBytes;
  for (let n = chunk * job.group; n < last; n++) {
    if (job.streamed && n % job.pieces == 0) stream(job, n / job.pieces, false);
    const pair = n / blocks, i = n % blocks * BLOCK, b = pair / job.heads, h = pair % job.heads;
    const rows = min(BLOCK, job.queries - i), far = reachOf(job, i + rows - 1);
    const q = job.q + <usize>b * job.qBatch + <usize>h * job.qHead + <usize>i * job.qRow;
    const k = job.k + <usize>b * job.kBatch + <usize>h * job.kHead;
    const v = job.v + <usize>b * job.vBatch + <usize>h * job.vHead;
    const y = job.y + <usize>b * job.yBatch + <usize>h * job.yHead + <usize>i * job.yRow;
    if (far == 0) { zeroRows(y, job.yRow, rows, job.valueWidth); continue; }
    const first = firstKey(job, b, i), keys = far - first;
    product(k + <usize>first * job.kRow, job.kRow, q, job.qRow, w, BLOCK_STEP, keys, rows, job.width, 0, 1, START_ZERO, 0, 0);
    weigh<Weights>(job, b, h, i, rows, w, 0, w, 0, BLOCK_STEP, first, keys);
    product(w, BLOCK_STEP, v + <usize>first * job.vRow, job.vRow, y, job.yRow, rows, job.valueWidth, keys, 1, 0, START_ZERO, 0, 0);
  }
}

/** ∂q, ∂k and ∂v, which lie as q, k and v do; the weights are computed again. `tiles` has room for 80 floats a key, keys rounded up to 8. */
export function attentionGradient(
  joined: i32, q: usize, k: usize, v: usize, dy: usize, dq: usize, dk: usize, dv: usize, kind: i32, batch: i32, heads: i32, queries: i32, keys: i32,
  width: i32, valueWidth: i32, scale: f32, causal: i32, slopeBase: f64, mask: usize, maskBatch: i32, maskHead: i32, maskQuery: i32,
  maskKey: i32, normalized: i32, starts: usize, tiles: usize, tileBytes: usize,
): void {
  const job = prepare(
    joined, q, k, v, dy, kind, heads, queries, keys, width, valueWidth, scale, causal, slopeBase, mask, maskBatch, maskHead, maskQuery, maskKey,
    normalized, starts, tiles, tileBytes,
  );
  job.dq = dq; job.dk = dk; job.dv = dv;
  run(job, joined, batch, heads, <i64>queries * <i64>keys * <i64>(3 * width + 2 * valueWidth + 2 * WEIGHT_WORK), gradientChunk);
}

function gradientChunk(chunk: i32): void {
  const job = changetype<AttentionJob>(jobArguments());
  const last = min((chunk + 1) * job.group, job.total);
  for (let pair = chunk * job.group; pair < last; pair++) {
    const b = pair / job.heads, h = pair % job.heads;
    if (job.streamed && h == 0) stream(job, b, true);
    gradientOfHead(job, b, h);
  }
}

function gradientOfHead(job: AttentionJob, b: i32, h: i32): void {
  const queries = job.queries, keys = job.keys, width = job.width, valueWidth = job.valueWidth;
  const qRow = job.qRow, kRow = job.kRow, vRow = job.vRow, yRow = job.yRow;
  const toQuery = <usize>b * job.qBatch + <usize>h * job.qHead, toKey = <usize>b * job.kBatch + <usize>h * job.kHead;
  const toValue = <usize>b * job.vBatch + <usize>h * job.vHead;
  const q = job.q + toQuery, k = job.k + toKey, v = job.v + toValue, dy = job.y + <usize>b * job.yBatch + <usize>h * job.yHead;
  const dq = job.dq + toQuery, dk = job.dk + toKey, dv = job.dv + toValue;
  const step: usize = 4 * TILE, whole = <usize>(keys + BLOCK - 1 & ~(BLOCK - 1));
  const w = job.tiles + <usize>thread() * job.tileBytes, d = w + whole * step, z = d + whole * step, u = z + whole * BLOCK_STEP;
  // Keys whose ∂k and ∂v earlier tiles have begun.
  let begun = 0;
  for (let first = 0; first < queries; first += TILE) {
    const end = min(queries, first + TILE);
    // Keys before this one are in documents that all of the tile's queries lie behind.
    const begin = firstKey(job, b, first), fromKey = k + <usize>begin * kRow, fromValue = v + <usize>begin * vRow;
    let far = 0;
    for (let i = first; i < end; i += BLOCK) {
      const rows = min(BLOCK, end - i), at = <usize>(i - first) << 2, queryRows = q + <usize>i * qRow, to = dq + <usize>i * qRow;
      far = reachOf(job, i + rows - 1);
      if (far == 0) { zeroRows(to, qRow, rows, width); continue; }
      product(fromKey, kRow, queryRows, qRow, z, BLOCK_STEP, far - begin, rows, width, 0, 1, START_ZERO, 0, 0);
      product(fromValue, vRow, dy + <usize>i * yRow, yRow, u, BLOCK_STEP, far - begin, rows, valueWidth, 0, 1, START_ZERO, 0, 0);
      // Keys come in whole blocks below: zeros in the rest of the last one.
      weigh<Gradient>(job, b, h, i, rows, z, u, w + at, d + at, step, begin, (far + BLOCK - 1 & ~(BLOCK - 1)) - begin);
      product(d + at, step, fromKey, kRow, to, qRow, rows, width, far - begin, 1, 0, START_ZERO, 0, 0);
    }
    for (let j = begin; j < far; j += BLOCK) {
      const rows = min(BLOCK, keys - j), i = job.causal ? max(first, j - keys + queries) : first;
      const at = <usize>(j - begin) * step + (<usize>(i - first) << 2), start = j < begun ? START_C : START_ZERO;
      product(d + at, step, q + <usize>i * qRow, qRow, dk + <usize>j * kRow, kRow, rows, width, end - i, 0, 0, start, 0, 0);
      product(w + at, step, dy + <usize>i * yRow, yRow, dv + <usize>j * vRow, vRow, rows, valueWidth, end - i, 0, 0, start, 0, 0);
    }
    begun = far;
  }
}
