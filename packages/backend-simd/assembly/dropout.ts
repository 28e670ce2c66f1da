// Dropout whose mask is a function of key, step and element: nothing is stored, and the gradient makes it again.
import { inParallel, jobArguments, scratch } from './parallel';
import { storePart } from './simd';

/** Elements of a chunk, whole blocks of the cipher in whole vectors: some 10 µs. */
const CHUNK: i32 = 4096;

/** Last counter word of a block that turns a number into the key of a stream (`NUMBER` in @switchyard/random, label.ts). */
const NUMBER: i32 = 0x10000000;

@unmanaged
class Dropout {
  x: usize; y: usize; n: i32; threshold: u32; scale: f32; k0: i32; k1: i32; k2: i32; k3: i32;
}

/**
 * y[i] = x[i]·scale where word i of the stream is at least `threshold` (unsigned), else x[i]·0. The stream is the child with label `step`
 * of the one with the key k0 … k3, as @switchyard/random makes it: Threefry4x32-20, words 4b … 4b + 3 from block b. `step` is a
 * float32, a whole number below 2²⁴; next is the one after it, 0 after the last.
 */
export function dropout(
  x: usize, y: usize, n: i32, step: usize, next: usize, threshold: i32, scale: f32, k0: i32, k1: i32, k2: i32, k3: i32,
): void {
  const job = changetype<Dropout>(jobArguments()), label = <i32>f32.load(step), key = scratch();
  f32.store(next, <f32>((label + 1) & 0xffffff));
  threefry(k0, k1, k2, k3, i32x4.splat(label), label >> 31, 0, NUMBER, key);
  job.x = x; job.y = y; job.n = n; job.threshold = threshold; job.scale = scale;
  job.k0 = i32.load(key); job.k1 = i32.load(key, 4); job.k2 = i32.load(key, 8); job.k3 = i32.load(key, 12);
  inParallel((n + CHUNK - 1) / CHUNK, dropoutChunk);
}

function dropoutChunk(chunk: i32): void {
  const job = changetype<Dropout>(jobArguments()), words = scratch();
  const scale = f32x4.splat(job.scale), threshold = i32x4.splat(job.threshold);
  let x = job.x + (<usize>(chunk * CHUNK) << 2), y = job.y + (<usize>(chunk * CHUNK) << 2);
  let n = min(CHUNK, job.n - chunk * CHUNK), block = i32x4.add(i32x4.splat(chunk * (CHUNK / 4)), i32x4(0, 1, 2, 3));
  for (; n > 0; n -= 16) {
    threefry(job.k0, job.k1, job.k2, job.k3, block, 0, 0, 0, words);
    block = i32x4.add(block, i32x4.splat(4));
    for (let i = 0; i < min(n, 16); i += 4) {
      const kept = v128.and(scale, i32x4.ge_u(v128.load(words + (<usize>i << 2)), threshold));
      storePart(y, f32x4.mul(v128.load(x), kept), n - i);
      x += 16; y += 16;
    }
  }
}

// @ts-ignore: decorator
@inline
function rotate(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits));
}

/** The images of the counters (c0[i], c1, c2, c3), i = 0 … 3, four words each: see threefry.ts of @switchyard/random. */
function threefry(key0: i32, key1: i32, key2: i32, key3: i32, c0: v128, c1: i32, c2: i32, c3: i32, to: usize): void {
  let k0 = i32x4.splat(key0), k1 = i32x4.splat(key1), k2 = i32x4.splat(key2), k3 = i32x4.splat(key3);
  let k4 = i32x4.splat(0x1bd11bda ^ key0 ^ key1 ^ key2 ^ key3);
  let x0 = i32x4.add(c0, k0), x1 = i32x4.splat(c1 + key1), x2 = i32x4.splat(c2 + key2), x3 = i32x4.splat(c3 + key3);
  for (let injection = 1; ; injection += 2) {
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 10), x0);
    x2 = i32x4.add(x2, x3); x3 = v128.xor(rotate(x3, 26), x2);
    x0 = i32x4.add(x0, x3); x3 = v128.xor(rotate(x3, 11), x0);
    x2 = i32x4.add(x2, x1); x1 = v128.xor(rotate(x1, 21), x2);
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 13), x0);
    x2 = i32x4.add(x2, x3); x3 = v128.xor(rotate(x3, 27), x2);
    x0 = i32x4.add(x0, x3); x3 = v128.xor(rotate(x3, 23), x0);
    x2 = i32x4.add(x2, x1); x1 = v128.xor(rotate(x1, 5), x2);

    x0 = i32x4.add(x0, k1);
    x1 = i32x4.add(x1, k2);
    x2 = i32x4.add(x2, k3);
    x3 = i32x4.add(x3, i32x4.add(k4, i32x4.splat(injection)));
    if (injection == 5) break;

    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 6), x0);
    x2 = i32x4.add(x2, x3); x3 = v128.xor(rotate(x3, 20), x2);
    x0 = i32x4.add(x0, x3); x3 = v128.xor(rotate(x3, 17), x0);
    x2 = i32x4.add(x2, x1); x1 = v128.xor(rotate(x1, 11), x2);
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 25), x0);
    x2 = i32x4.add(x2, x3); x3 = v128.xor(rotate(x3, 10), x2);
    x0 = i32x4.add(x0, x3); x3 = v128.xor(rotate(x3, 18), x0);
    x2 = i32x4.add(x2, x1); x1 = v128.xor(rotate(x1, 20), x2);

    x0 = i32x4.add(x0, k2);
    x1 = i32x4.add(x1, k3);
    x2 = i32x4.add(x2, k4);
    x3 = i32x4.add(x3, i32x4.add(k0, i32x4.splat(injection + 1)));
    const first = k0, second = k1;
    k0 = k2; k1 = k3; k2 = k4; k3 = first; k4 = second;
  }
  // Word by word → block by block.
  const low01 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5), high01 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
  const low23 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5), high23 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i32>(low01, low23, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<i32>(low01, low23, 2, 3, 6, 7), 16);
  v128.store(to, v128.shuffle<i32>(high01, high23, 0, 1, 4, 5), 32);
  v128.store(to, v128.shuffle<i32>(high01, high23, 2, 3, 6, 7), 48);
}
