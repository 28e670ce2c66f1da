// A long short-term memory over a whole window. Examples do not touch each other: a chunk takes some of them through all steps by itself.
// Everything stays batch-first, a step works on rows `window` apart.
import { inParallel, jobArguments } from './parallel';
import { product, START_ZERO } from './product';
import { madd, sigmoid, storePart, tanh } from './simd';

/** Multiply-adds of a chunk, at least; the functions of a unit count as 200. */
const CHUNK_WORK: i64 = 160_000;

/** Examples of a chunk: every panel of the recurrent kernel that comes from the L2 cache serves as many. */
const CHUNK_ROWS: i32 = 16;

/** Columns of a panel. */
const PANEL: i32 = 8;

/** Elements that a chunk packs, at least. */
const PACK_WORK: i32 = 10_000;

@unmanaged
class Memory {
  /** The recurrent kernel, the distances of its rows and columns, and where it is packed, `group` panels a chunk. */
  recurrent: usize; rowStep: usize; columnStep: usize; panels: usize; inner: i32; columns: i32; group: i32;
  x: usize; bias: usize; outputs: usize; gates: usize; cells: usize;
  dy: usize; dgates: usize; previous: usize; dhidden: usize; dcell: usize;
  batch: i32; window: i32; units: i32; rows: i32;
}

/** Puts the columns of a panel side by side, row after row. */
function pack(chunk: i32): void {
  const job = changetype<Memory>(jobArguments());
  const first = chunk * job.group * PANEL, last = min(first + job.group * PANEL, job.columns);
  for (let column = first; column < last; column += PANEL) {
    let from = job.recurrent + <usize>column * job.columnStep, to = job.panels + (<usize>column * <usize>job.inner << 2);
    const columns = min(PANEL, last - column);
    for (let k = job.inner; k > 0; k--) {
      let at = from;
      for (let j = 0; j < columns; j++) { f32.store(to + (<usize>j << 2), f32.load(at)); at += job.columnStep; }
      from += job.rowStep; to += 4 * PANEL;
    }
  }
}

/** C = A·kernel, with `rows` rows of A and C. */
// @ts-ignore: decorator
@inline
function recur(job: Memory, a: usize, aStep: usize, c: usize, cStep: usize, rows: i32): void {
  let panel = job.panels;
  for (let column = 0; column < job.columns; column += PANEL) {
    product(a, aStep, panel, 4 * PANEL, c, cStep, rows, min(PANEL, job.columns - column), job.inner, 0, 0, START_ZERO, 0, 0);
    panel += <usize>job.inner * 4 * PANEL; c += 4 * PANEL;
  }
}

/** The job's memory with what both directions share filled in. `transposed`: panels are of the kernel's transpose. */
function prepare(recurrent: usize, panels: usize, batch: i32, window: i32, units: i32, transposed: bool): Memory {
  const job = changetype<Memory>(jobArguments());
  const unitStep: usize = 4, rowStep = <usize>units << 4;
  job.recurrent = recurrent; job.panels = panels;
  job.inner = transposed ? 4 * units : units; job.columns = transposed ? units : 4 * units;
  job.rowStep = transposed ? unitStep : rowStep; job.columnStep = transposed ? rowStep : unitStep;
  job.batch = batch; job.window = window; job.units = units;
  const work = <i64>window * <i64>units * <i64>(4 * units + 200);
  const most = <i32>min<i64>(batch / CHUNK_ROWS, <i64>batch * work / CHUNK_WORK);
  const chunks = max(1, most - most % 2); // two threads have the same to do
  job.rows = (batch + chunks - 1) / chunks;
  job.group = max(1, PACK_WORK / max(1, PANEL * job.inner));
  inParallel((job.columns + job.group * PANEL - 1) / (job.group * PANEL), pack);
  return job;
}

/**
 * For t = 0 … window − 1: i, f, g, o = σ, σ, tanh, σ of x[t] + bias + h[t−1]·recurrent; c[t] = f ⊙ c[t−1] + i ⊙ g; h[t] = o ⊙ tanh c[t].
 * x and gates (after their functions) [batch, window, 4·units], cells and outputs [batch, window, units]. `panels`: working memory of
 * units times 4·units, rounded up to 8, floats.
 */
export function lstm(
  x: usize, recurrent: usize, bias: usize, panels: usize, outputs: usize, gates: usize, cells: usize, batch: i32, window: i32, units: i32,
): void {
  if (batch == 0) return;
  const job = prepare(recurrent, panels, batch, window, units, false);
  job.x = x; job.bias = bias; job.outputs = outputs; job.gates = gates; job.cells = cells;
  inParallel((batch + job.rows - 1) / job.rows, remember);
}

class Sigmoid {}
class Tanh {}

/**
 * gate = σ or tanh of x + bias + gate (without gate at the first step), over n floats. Gate by gate, because these functions are long
 * chains, of which a processor works on several at once only if they follow each other closely.
 */
// @ts-ignore: decorator
@inline
function bend<F>(x: usize, bias: usize, gate: usize, n: i32, first: bool): void {
  for (; n > 0; n -= 4) {
    let sum = f32x4.add(v128.load(x), v128.load(bias));
    if (!first) sum = f32x4.add(sum, v128.load(gate));
    storePart(gate, idof<F>() == idof<Tanh>() ? tanh(sum) : sigmoid(sum), n);
    x += 16; bias += 16; gate += 16;
  }
}

function remember(chunk: i32): void {
  const job = changetype<Memory>(jobArguments());
  const first = chunk * job.rows, rows = min(job.rows, job.batch - first), window = job.window, units = job.units;
  const unitBytes = <usize>units << 2, gateBytes = unitBytes << 2;
  const outputStep = <usize>window * unitBytes, gateStep = <usize>window * gateBytes;
  const start = <usize>(first * window);
  for (let t = 0; t < window; t++) {
    const at = start + <usize>t;
    const h = job.outputs + at * unitBytes, c = job.cells + at * unitBytes, g = job.gates + at * gateBytes;
    if (t > 0) recur(job, h - unitBytes, outputStep, g, gateStep, rows);
    for (let row: usize = 0; row < <usize>rows; row++) {
      const x = job.x + at * gateBytes + row * gateStep, bias = job.bias;
      let gate = g + row * gateStep, cell = c + row * outputStep, hidden = h + row * outputStep;
      const third = 2 * unitBytes, fourth = 3 * unitBytes;
      bend<Sigmoid>(x, bias, gate, 2 * units, t == 0);
      bend<Tanh>(x + third, bias + third, gate + third, units, t == 0);
      bend<Sigmoid>(x + fourth, bias + fourth, gate + fourth, units, t == 0);
      for (let left = units; left > 0; left -= 4) {
        let state = f32x4.mul(v128.load(gate), v128.load(gate + third));
        if (t > 0) state = madd(v128.load(gate + unitBytes), v128.load(cell - unitBytes), state);
        storePart(cell, state, left);
        storePart(hidden, f32x4.mul(v128.load(gate + fourth), tanh(state)), left);
        gate += 16; cell += 16; hidden += 16;
      }
    }
  }
}

/**
 * Gradients of `lstm` for what its gates were before their functions, `dgates` [batch, window, 4·units]; `previous` [batch, window,
 * units] becomes h[t−1], so that ∂recurrent = previousᵀ·dgates. `dhidden` and `dcell` [batch, units] and `panels` (units rounded up to 8,
 * times 4·units, floats) are working memory.
 */
export function lstmGradient(
  dy: usize, recurrent: usize, outputs: usize, gates: usize, cells: usize,
  panels: usize, dgates: usize, previous: usize, dhidden: usize, dcell: usize, batch: i32, window: i32, units: i32,
): void {
  if (batch == 0) return;
  const job = prepare(recurrent, panels, batch, window, units, true);
  job.dy = dy; job.outputs = outputs; job.gates = gates; job.cells = cells;
  job.dgates = dgates; job.previous = previous; job.dhidden = dhidden; job.dcell = dcell;
  inParallel((batch + job.rows - 1) / job.rows, recall);
}

function recall(chunk: i32): void {
  const job = changetype<Memory>(jobArguments());
  const first = chunk * job.rows, rows = min(job.rows, job.batch - first), window = job.window, units = job.units;
  const unitBytes = <usize>units << 2, gateBytes = unitBytes << 2;
  const outputStep = <usize>window * unitBytes, gateStep = <usize>window * gateBytes;
  const start = <usize>(first * window);
  const dhidden = job.dhidden + <usize>first * unitBytes, dcell = job.dcell + <usize>first * unitBytes;
  const one = f32x4.splat(1), zero = f32x4.splat(0);
  for (let t = window - 1; t >= 0; t--) {
    const last = t == window - 1;
    const stepGates = (start + <usize>t) * gateBytes, stepUnits = (start + <usize>t) * unitBytes;
    if (!last) recur(job, job.dgates + stepGates + gateBytes, gateStep, dhidden, unitBytes, rows);
    for (let row: usize = 0; row < <usize>rows; row++) {
      let gate = job.gates + stepGates + row * gateStep, slope = job.dgates + stepGates + row * gateStep;
      const at = stepUnits + row * outputStep;
      let cell = job.cells + at, up = job.dy + at, back = job.previous + at, hidden = job.outputs + at;
      let dh = dhidden + row * unitBytes, dc = dcell + row * unitBytes;
      for (let left = units; left > 0; left -= 4) {
        const input = v128.load(gate), forget = v128.load(gate + unitBytes);
        const candidate = v128.load(gate + 2 * unitBytes), output = v128.load(gate + 3 * unitBytes);
        const bent = tanh(v128.load(cell));
        let upstream = v128.load(up);
        if (!last) upstream = f32x4.add(upstream, v128.load(dh));
        let slopeOfCell = f32x4.mul(f32x4.mul(upstream, output), f32x4.sub(one, f32x4.mul(bent, bent)));
        if (!last) slopeOfCell = f32x4.add(slopeOfCell, v128.load(dc));
        const before = t > 0 ? v128.load(cell - unitBytes) : zero;
        storePart(slope, f32x4.mul(f32x4.mul(slopeOfCell, candidate), f32x4.mul(input, f32x4.sub(one, input))), left);
        storePart(slope + unitBytes, f32x4.mul(f32x4.mul(slopeOfCell, before), f32x4.mul(forget, f32x4.sub(one, forget))), left);
        storePart(slope + 2 * unitBytes, f32x4.mul(f32x4.mul(slopeOfCell, input), f32x4.sub(one, f32x4.mul(candidate, candidate))), left);
        storePart(slope + 3 * unitBytes, f32x4.mul(f32x4.mul(upstream, bent), f32x4.mul(output, f32x4.sub(one, output))), left);
        storePart(dc, f32x4.mul(slopeOfCell, forget), left);
        storePart(back, t > 0 ? v128.load(hidden - unitBytes) : zero, left);
        gate += 16; slope += 16; cell += 16; up += 16; back += 16; hidden += 16; dh += 16; dc += 16;
      }
    }
  }
}
