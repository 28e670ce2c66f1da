// Products of one-hot rows with a table, without the zeros: forward rows of the table by token, backward sums of rows by token.
import { inParallel, jobArguments } from './parallel';
import { relu, storePart } from './simd';

/** Floats that a chunk adds, at least: some 5 µs. */
const CHUNK_WORK: i32 = 40_000;

@unmanaged
class Tokens {
  tokens: usize; table: usize; bias: usize; y: usize;
  rows: i32; window: i32; vocabulary: i32; units: i32; relu: i32;
  /** Rows of a chunk; or positions and columns of one, and chunks side by side. */
  group: i32; columns: i32; pieces: i32;
}

// @ts-ignore: decorator
@inline
function shared(tokens: usize, table: usize, y: usize, rows: i32, window: i32, vocabulary: i32, units: i32): Tokens {
  const job = changetype<Tokens>(jobArguments());
  job.tokens = tokens; job.table = table; job.y = y;
  job.rows = rows; job.window = window; job.vocabulary = vocabulary; job.units = units;
  return job;
}

/**
 * y[r] = act(bias + Σ_p table[p, tokens[r, p]]) with tokens [rows, window], table [window, vocabulary, units], y [rows, units], in the
 * order of p: what a product of one-hot rows gives. A token outside [0, vocabulary) adds nothing; `bias` 0 is none.
 */
export function tokenRows(
  tokens: usize, table: usize, bias: usize, y: usize, rows: i32, window: i32, vocabulary: i32, units: i32, relu: i32,
): void {
  const job = shared(tokens, table, y, rows, window, vocabulary, units);
  job.bias = bias; job.relu = relu;
  job.group = max(1, CHUNK_WORK / max(1, window * units));
  inParallel((rows + job.group - 1) / job.group, gatherRows);
}

function gatherRows(chunk: i32): void {
  const job = changetype<Tokens>(jobArguments());
  const first = chunk * job.group, window = job.window, vocabulary = <u32>job.vocabulary, units = job.units, bias = job.bias;
  const rowBytes = <usize>units << 2, tableBytes = <usize>vocabulary * rowBytes;
  let tokens = job.tokens + (<usize>(first * window) << 2), y = job.y + <usize>first * rowBytes;
  for (let row = min(job.group, job.rows - first); row > 0; row--) {
    let column = 0;
    for (; column + 16 <= units; column += 16) {
      const at = <usize>column << 2;
      let a = f32x4.splat(0), b = a, c = a, d = a;
      if (bias) { a = v128.load(bias + at); b = v128.load(bias + at, 16); c = v128.load(bias + at, 32); d = v128.load(bias + at, 48); }
      let table = job.table + at, next = tokens;
      for (let p = window; p > 0; p--) {
        const token = load<u32>(next);
        if (token < vocabulary) {
          const from = table + <usize>token * rowBytes;
          a = f32x4.add(a, v128.load(from)); b = f32x4.add(b, v128.load(from, 16));
          c = f32x4.add(c, v128.load(from, 32)); d = f32x4.add(d, v128.load(from, 48));
        }
        table += tableBytes; next += 4;
      }
      if (job.relu) { a = relu(a); b = relu(b); c = relu(c); d = relu(d); }
      v128.store(y + at, a); v128.store(y + at, b, 16); v128.store(y + at, c, 32); v128.store(y + at, d, 48);
    }
    for (; column < units; column += 4) {
      const at = <usize>column << 2;
      let a = bias ? v128.load(bias + at) : f32x4.splat(0);
      let table = job.table + at, next = tokens;
      for (let p = window; p > 0; p--) {
        const token = load<u32>(next);
        if (token < vocabulary) a = f32x4.add(a, v128.load(table + <usize>token * rowBytes));
        table += tableBytes; next += 4;
      }
      storePart(y + at, job.relu ? relu(a) : a, units - column);
    }
    tokens += <usize>window << 2; y += rowBytes;
  }
}

/** The gradient of `tokenRows` without activation: dtable[p, v] = Σ of the dy[r] with tokens[r, p] = v, in the order of r. */
export function tokenRowsGradient(dy: usize, tokens: usize, dtable: usize, rows: i32, window: i32, vocabulary: i32, units: i32): void {
  const job = shared(tokens, dtable, dy, rows, window, vocabulary, units);
  // A chunk owns some columns of a position, or all of several positions.
  job.columns = (max(32, CHUNK_WORK / max(1, rows)) + 15) & ~15;
  job.pieces = (units + job.columns - 1) / job.columns;
  job.group = max(1, CHUNK_WORK / max(1, rows * min(job.columns, units)));
  inParallel(job.pieces * ((window + job.group - 1) / job.group), sumRows);
}

function sumRows(chunk: i32): void {
  const job = changetype<Tokens>(jobArguments());
  const window = job.window, vocabulary = <u32>job.vocabulary, units = job.units;
  const column = chunk % job.pieces * job.columns, columns = min(job.columns, units - column);
  const first = chunk / job.pieces * job.group, last = min(first + job.group, window);
  const rowBytes = <usize>units << 2, at = <usize>column << 2;
  for (let p = first; p < last; p++) {
    const sums = job.table + <usize>p * <usize>vocabulary * rowBytes + at;
    for (let v: usize = 0; v < <usize>vocabulary; v++) memory.fill(sums + v * rowBytes, 0, <usize>columns << 2);
    let token = job.tokens + (<usize>p << 2), from = job.y + at;
    for (let row = job.rows; row > 0; row--) {
      const id = load<u32>(token);
      if (id < vocabulary) addTo(sums + <usize>id * rowBytes, from, columns);
      token += <usize>window << 2; from += rowBytes;
    }
  }
}

/** Adds n floats. */
// @ts-ignore: decorator
@inline
function addTo(to: usize, from: usize, n: i32): void {
  for (; n >= 16; n -= 16) {
    const a = f32x4.add(v128.load(to), v128.load(from)), b = f32x4.add(v128.load(to, 16), v128.load(from, 16));
    const c = f32x4.add(v128.load(to, 32), v128.load(from, 32)), d = f32x4.add(v128.load(to, 48), v128.load(from, 48));
    v128.store(to, a); v128.store(to, b, 16); v128.store(to, c, 32); v128.store(to, d, 48);
    to += 64; from += 64;
  }
  for (; n >= 4; n -= 4) { v128.store(to, f32x4.add(v128.load(to), v128.load(from))); to += 16; from += 16; }
  if (n > 0) storePart(to, f32x4.add(v128.load(to), v128.load(from)), n);
}
