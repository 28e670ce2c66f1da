// Shared vector helpers. Every address is a byte offset into the linear memory that the TypeScript side allocates from.
// Loads may run up to 15 bytes past a tensor (the allocator keeps that much slack behind every block); stores never do.

/** a·b + c: one rounding with relaxed SIMD on hardware with fused multiply-add, two without. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** Stores the first `count` (1..4) floats. */
// @ts-ignore: decorator
@inline
export function storePart(to: usize, x: v128, count: i32): void {
  if (count >= 4) { v128.store(to, x); return; }
  if (count & 2) {
    v128.store64_lane(to, x, 0);
    if (count & 1) v128.store32_lane(to, x, 2, 8);
  } else v128.store32_lane(to, x, 0);
}

/** `x` in its first `count` lanes, `other` in the rest. */
// @ts-ignore: decorator
@inline
export function keepPart(x: v128, other: v128, count: i32): v128 {
  return v128.bitselect(x, other, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}

// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** max(x, 0) that keeps NaN and maps −0 to +0, as Math.max(0, x) does. */
// @ts-ignore: decorator
@inline
export function relu(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(0));
}

/** eʳ − 1 for |r| ≤ ½ ln 2 (polynomial of Cephes expf), terms in pairs: a chain half as long, of which a processor begins more at once. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  const square = f32x4.mul(r, r);
  const high = madd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  const middle = madd(f32x4.splat(8.3334519073e-3), r, f32x4.splat(4.1665795894e-2));
  const low = madd(f32x4.splat(1.6666665459e-1), r, f32x4.splat(5.0000001201e-1));
  return madd(madd(madd(high, square, middle), square, low), square, r);
}

/** Adding it rounds to a whole number, which then stands in the low bits. */
const ROUND: f32 = 12582912;
const LOG2_E: f32 = 1.44269504088896341;

/** eˣ, within 1 ulp; overflows to Infinity, underflows through the denormals to 0, keeps NaN. */
// @ts-ignore: decorator
@inline
export function exp(value: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(value, f32x4.splat(-104)), f32x4.splat(89));
  const rounded = madd(x, f32x4.splat(LOG2_E), f32x4.splat(ROUND)), n = f32x4.sub(rounded, f32x4.splat(ROUND));
  const r = madd(n, f32x4.splat(2.12194440e-4), madd(n, f32x4.splat(-0.693359375), x));
  const p = f32x4.add(expTail(r), f32x4.splat(1));
  // 2ⁿ in two factors, so that neither leaves the range of normal numbers.
  const whole = i32x4.sub(rounded, f32x4.splat(ROUND)), half = i32x4.shr_s(whole, 1), bias = i32x4.splat(127);
  const first = i32x4.shl(i32x4.add(half, bias), 23), second = i32x4.shl(i32x4.add(i32x4.sub(whole, half), bias), 23);
  return f32x4.mul(f32x4.mul(p, first), second);
}

/** eˣ for x ≤ 89, within 1 ulp; 0 below −87.7, where eˣ is about to leave the normal numbers, Infinity above 88.4. Keeps NaN. */
// @ts-ignore: decorator
@inline
export function expNegative(value: v128): v128 {
  const x = f32x4.pmax(value, f32x4.splat(-88));
  const rounded = madd(x, f32x4.splat(LOG2_E), f32x4.splat(ROUND)), n = f32x4.sub(rounded, f32x4.splat(ROUND));
  const r = madd(n, f32x4.splat(2.12194440e-4), madd(n, f32x4.splat(-0.693359375), x));
  // The bits above n's nine low ones are shifted out; n = −127 gives the factor 0, n = 128 Infinity.
  return f32x4.mul(f32x4.add(expTail(r), f32x4.splat(1)), i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23));
}

/** eˣ − 1 without cancellation near 0. */
// @ts-ignore: decorator
@inline
export function expm1(x: v128): v128 {
  return v128.bitselect(expTail(x), f32x4.sub(exp(x), f32x4.splat(1)), f32x4.lt(f32x4.abs(x), f32x4.splat(0.34)));
}

/** ln x, within 1 ulp (polynomial of Cephes logf); 0 → −Infinity, negative → NaN, denormals included. */
// @ts-ignore: decorator
@inline
export function log(value: v128): v128 {
  const small = f32x4.lt(value, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(value, f32x4.splat(8388608)), value, small);
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  const exponent = f32x4.add(
    f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23)),
    v128.and(small, f32x4.splat(-23)),
  );
  // Mantissa in [√½, √2).
  const x = f32x4.sub(i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3)), f32x4.splat(1));
  const z = f32x4.mul(x, x);
  let p = madd(f32x4.splat(7.0376836292e-2), x, f32x4.splat(-1.1514610310e-1));
  p = madd(p, x, f32x4.splat(1.1676998740e-1));
  p = madd(p, x, f32x4.splat(-1.2420140846e-1));
  p = madd(p, x, f32x4.splat(1.4249322787e-1));
  p = madd(p, x, f32x4.splat(-1.6668057665e-1));
  p = madd(p, x, f32x4.splat(2.0000714765e-1));
  p = madd(p, x, f32x4.splat(-2.4999993993e-1));
  p = madd(p, x, f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, x), z);
  p = madd(exponent, f32x4.splat(-2.12194440e-4), p);
  p = madd(z, f32x4.splat(-0.5), p);
  let y = madd(exponent, f32x4.splat(0.693359375), f32x4.add(x, p));
  const infinity = f32x4.splat(f32.POSITIVE_INFINITY);
  y = v128.bitselect(value, y, f32x4.eq(value, infinity));
  y = v128.bitselect(f32x4.neg(infinity), y, f32x4.eq(value, f32x4.splat(0)));
  // Negative or NaN: not (value ≥ 0).
  return v128.bitselect(y, f32x4.splat(f32.NaN), f32x4.ge(value, f32x4.splat(0)));
}

/** tanh x, within 6 ulp: the rational function of Eigen's ptanh up to where it reaches 1. */
// @ts-ignore: decorator
@inline
export function tanh(value: v128): v128 {
  const limit = f32x4.splat(7.90531110763549805);
  const x = f32x4.pmin(f32x4.pmax(value, f32x4.neg(limit)), limit);
  const z = f32x4.mul(x, x);
  let p = madd(f32x4.splat(-2.76076847742355e-16), z, f32x4.splat(2.00018790482477e-13));
  p = madd(p, z, f32x4.splat(-8.60467152213735e-11));
  p = madd(p, z, f32x4.splat(5.12229709037114e-8));
  p = madd(p, z, f32x4.splat(1.48572235717979e-5));
  p = madd(p, z, f32x4.splat(6.37261928875436e-4));
  p = madd(p, z, f32x4.splat(4.89352455891786e-3));
  let q = madd(f32x4.splat(1.19825839466702e-6), z, f32x4.splat(1.18534705686654e-4));
  q = madd(q, z, f32x4.splat(2.26843463243900e-3));
  q = madd(q, z, f32x4.splat(4.89352518554385e-3));
  const size = f32x4.abs(value), one = v128.or(f32x4.splat(1), v128.and(value, i32x4.splat(0x80000000)));
  const y = v128.bitselect(f32x4.div(f32x4.mul(x, p), q), value, f32x4.gt(size, f32x4.splat(4e-4)));
  return v128.bitselect(one, y, f32x4.ge(size, limit));
}

/** e⁻ˣ, within 1 ulp; Infinity below −88.4, 0 above 87.7. What σ(x) = 1/(1 + e⁻ˣ) is made of. Keeps NaN. */
// @ts-ignore: decorator
@inline
export function decay(x: v128): v128 {
  return expNegative(f32x4.pmin(f32x4.sub(f32x4.splat(0), x), f32x4.splat(89)));
}

/** 1 / (1 + e⁻ˣ), within 2.5 ulp; 0 below −88.4. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, decay(x)));
}
