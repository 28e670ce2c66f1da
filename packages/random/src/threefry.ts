/** Four 32-bit words, stored as signed integers. */
export type Words = readonly [number, number, number, number];

/** The fifth key word is this constant xor the other four, so that an all-zero key is no special case. */
const PARITY = 0x1bd11bda;

/**
 * Threefry4x32 with 20 rounds: a bijection of the 128-bit counter under a 128-bit key, made of additions, rotations and
 * exclusive ors, all of which JavaScript has exactly. Fills `out` with the images of the counters (c0, c1, c2, c3),
 * (c0 + 1, c1, c2, c3), (c0 + 2, …), four words each; c0 wraps without a carry.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; tested against the
 * known-answer vectors of their library Random123.
 */
export function threefry(key: Words, counter: Words, out: Int32Array): void {
  for (let offset = 0; offset < out.length; offset += 4) {
    // The five key words move on by one place at every injection: no indices in the loop. `| 0` tells the engine that they
    // are integers, which doubles the speed.
    let k0 = key[0] | 0;
    let k1 = key[1] | 0;
    let k2 = key[2] | 0;
    let k3 = key[3] | 0;
    let k4 = PARITY ^ k0 ^ k1 ^ k2 ^ k3;
    let x0 = (counter[0] + (offset >> 2) + k0) | 0;
    let x1 = (counter[1] + k1) | 0;
    let x2 = (counter[2] + k2) | 0;
    let x3 = (counter[3] + k3) | 0;
    for (let injection = 1; ; injection += 2) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 10) | (x1 >>> 22)) ^ x0;
      x2 = (x2 + x3) | 0;
      x3 = ((x3 << 26) | (x3 >>> 6)) ^ x2;
      x0 = (x0 + x3) | 0;
      x3 = ((x3 << 11) | (x3 >>> 21)) ^ x0;
      x2 = (x2 + x1) | 0;
      x1 = ((x1 << 21) | (x1 >>> 11)) ^ x2;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
      x2 = (x2 + x3) | 0;
      x3 = ((x3 << 27) | (x3 >>> 5)) ^ x2;
      x0 = (x0 + x3) | 0;
      x3 = ((x3 << 23) | (x3 >>> 9)) ^ x0;
      x2 = (x2 + x1) | 0;
      x1 = ((x1 << 5) | (x1 >>> 27)) ^ x2;

      x0 = (x0 + k1) | 0;
      x1 = (x1 + k2) | 0;
      x2 = (x2 + k3) | 0;
      x3 = (x3 + k4 + injection) | 0;
      if (injection === 5) break;

      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
      x2 = (x2 + x3) | 0;
      x3 = ((x3 << 20) | (x3 >>> 12)) ^ x2;
      x0 = (x0 + x3) | 0;
      x3 = ((x3 << 17) | (x3 >>> 15)) ^ x0;
      x2 = (x2 + x1) | 0;
      x1 = ((x1 << 11) | (x1 >>> 21)) ^ x2;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 25) | (x1 >>> 7)) ^ x0;
      x2 = (x2 + x3) | 0;
      x3 = ((x3 << 10) | (x3 >>> 22)) ^ x2;
      x0 = (x0 + x3) | 0;
      x3 = ((x3 << 18) | (x3 >>> 14)) ^ x0;
      x2 = (x2 + x1) | 0;
      x1 = ((x1 << 20) | (x1 >>> 12)) ^ x2;

      x0 = (x0 + k2) | 0;
      x1 = (x1 + k3) | 0;
      x2 = (x2 + k4) | 0;
      x3 = (x3 + k0 + injection + 1) | 0;
      const first = k0;
      const second = k1;
      k0 = k2;
      k1 = k3;
      k2 = k4;
      k3 = first;
      k4 = second;
    }
    out[offset] = x0;
    out[offset + 1] = x1;
    out[offset + 2] = x2;
    out[offset + 3] = x3;
  }
}
