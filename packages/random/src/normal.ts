/**
 * A standard normal number from 32 random bits: the inverse of the normal distribution function at p = (k + 1/2) / 2^32,
 * right to about 7 digits. So |result| < 6.34, the two signs are exactly symmetric, and each number costs one word.
 *
 * Only + - * / and the square root are used, which IEEE 754 fixes to the last bit, not Math.log or Math.cos, whose last
 * bits are left to each engine: the numbers are the same everywhere.
 *
 * Source: Wichura, algorithm AS 241 (PPND7), Applied Statistics 37 (1988). Its third branch begins beyond |z| = 6.7.
 */
export function normalFromBits(word: number): number {
  // 2k + 1, with k counted from the nearer end: an odd integer below 2^32.
  const odd = 2 * (word >= 0x8000_0000 ? 0xffff_ffff - word : word) + 1;
  const fromMiddle = 0.5 - odd * 2 ** -33;
  const size = fromMiddle <= 0.425 ? centre(fromMiddle) : side(Math.sqrt(-logarithm(odd)));
  return word >= 0x8000_0000 ? size : -size;
}

function centre(q: number): number {
  const r = 0.180625 - q * q;
  const over = ((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179;
  const under = ((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1;
  return (q * over) / under;
}

function side(root: number): number {
  const r = root - 1.6;
  const over = ((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777;
  const under = (0.12021132975 * r + 0.7370016425) * r + 1;
  return over / under;
}

/** ln(odd / 2^33), by ln m = 2 artanh((m - 1) / (m + 1)) for the mantissa m in [√½, √2). */
function logarithm(odd: number): number {
  let exponent = 31 - Math.clz32(odd);
  let mantissa = odd / ((1 << exponent) >>> 0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  const series = (((square / 9 + 1 / 7) * square + 1 / 5) * square + 1 / 3) * square + 1;
  return 2 * s * series + (exponent - 33) * Math.LN2;
}
