// Rotary position embedding: packages/attention/src/rotary.ts.
import { inParallel, jobArguments } from './parallel';
import { madd, storePart } from './simd';

/** Floats of a chunk, at least. */
const CHUNK_FLOATS: i32 = 12_000;

@unmanaged
class Rotary {
  x: usize; cosines: usize; sines: usize; y: usize; rows: i32; tokens: i32; heads: i32; turned: i32; width: i32; signs: v128; group: i32;
}

/**
 * In every row (of `tokens` repeated), the first `turned` of `heads` heads are turned, the rest copied: pairs (a, b) become
 * (a·cos − b·sin, b·cos + a·sin). Tables [tokens, width] hold the values of a pair twice; `inverse` 1 turns back.
 */
export function rotary(
  x: usize, cosines: usize, sines: usize, y: usize, rows: i32, tokens: i32, heads: i32, turned: i32, width: i32, inverse: i32,
): void {
  const job = changetype<Rotary>(jobArguments());
  job.x = x; job.cosines = cosines; job.sines = sines; job.y = y; job.rows = rows; job.tokens = tokens;
  job.heads = heads; job.turned = turned; job.width = width;
  const sign: i64 = 0x80000000;
  job.signs = i64x2.splat(inverse ? sign << 32 : sign);
  job.group = max(1, CHUNK_FLOATS / (heads * width));
  inParallel((rows + job.group - 1) / job.group, rotaryChunk);
}

function rotaryChunk(chunk: i32): void {
  const job = changetype<Rotary>(jobArguments());
  const width = job.width, signs = job.signs, bytes = <usize>width << 2;
  const all = <usize>job.heads * bytes, rest = <usize>(job.heads - job.turned) * bytes;
  const first = chunk * job.group, last = min(first + job.group, job.rows);
  let x = job.x + <usize>first * all, y = job.y + <usize>first * all;
  for (let row = first; row < last; row++) {
    const skip = <usize>(row % job.tokens) * bytes, cosines = job.cosines + skip, sines = job.sines + skip;
    for (let h = 0; h < job.turned; h++) {
      for (let i = 0; i < width; i += 4) {
        const at = <usize>i << 2, pairs = v128.load(x + at);
        const turn = v128.xor(f32x4.mul(v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2), v128.load(sines + at)), signs);
        storePart(y + at, madd(pairs, v128.load(cosines + at), turn), width - i);
      }
      x += bytes; y += bytes;
    }
    memory.copy(y, x, rest);
    x += rest; y += rest;
  }
}
