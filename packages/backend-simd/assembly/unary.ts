// Element-wise functions of one float32 tensor: y[i] = f(x[i]), one export per function.
import { exp as vectorExp, expm1, log as vectorLog, relu as vectorRelu, sigmoid as vectorSigmoid, storePart, tanh as vectorTanh } from './simd';

// Functions as types, so that one loop serves all of them and the compiler folds the choice.
class Abs {}
class Ceil {}
class Elu {}
class Exp {}
class Floor {}
class LeakyRelu {}
class Log {}
class Neg {}
class Reciprocal {}
class Relu {}
class Relu6 {}
class Round {}
class Rsqrt {}
class Sigmoid {}
class Sign {}
class Sqrt {}
class Square {}
class Step {}
class Tanh {}

// @ts-ignore: decorator
@inline
function apply<F>(x: v128, parameter: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  if (idof<F>() == idof<Abs>()) return f32x4.abs(x);
  if (idof<F>() == idof<Ceil>()) return f32x4.ceil(x);
  if (idof<F>() == idof<Elu>()) return v128.bitselect(expm1(x), x, f32x4.lt(x, zero));
  if (idof<F>() == idof<Exp>()) return vectorExp(x);
  if (idof<F>() == idof<Floor>()) return f32x4.floor(x);
  if (idof<F>() == idof<LeakyRelu>()) return v128.bitselect(f32x4.mul(x, parameter), x, f32x4.lt(x, zero));
  if (idof<F>() == idof<Log>()) return vectorLog(x);
  if (idof<F>() == idof<Neg>()) return f32x4.neg(x);
  if (idof<F>() == idof<Reciprocal>()) return f32x4.div(one, x);
  if (idof<F>() == idof<Relu>()) return vectorRelu(x);
  if (idof<F>() == idof<Relu6>()) return f32x4.pmin(vectorRelu(x), f32x4.splat(6));
  if (idof<F>() == idof<Round>()) return f32x4.nearest(x);
  if (idof<F>() == idof<Rsqrt>()) return f32x4.div(one, f32x4.sqrt(x));
  if (idof<F>() == idof<Sigmoid>()) return vectorSigmoid(x);
  if (idof<F>() == idof<Sign>()) return f32x4.sub(v128.and(one, f32x4.gt(x, zero)), v128.and(one, f32x4.lt(x, zero)));
  if (idof<F>() == idof<Sqrt>()) return f32x4.sqrt(x);
  if (idof<F>() == idof<Square>()) return f32x4.mul(x, x);
  if (idof<F>() == idof<Step>()) {
    const y = v128.bitselect(one, parameter, f32x4.gt(x, zero));
    return v128.bitselect(y, x, f32x4.eq(x, x));
  }
  return vectorTanh(x);
}

// @ts-ignore: decorator
@inline
function each<F>(x: usize, y: usize, n: i32, parameter: f32): void {
  const p = f32x4.splat(parameter);
  for (; n >= 4; n -= 4) {
    v128.store(y, apply<F>(v128.load(x), p));
    x += 16; y += 16;
  }
  if (n > 0) storePart(y, apply<F>(v128.load(x), p), n);
}

export function abs(x: usize, y: usize, n: i32, parameter: f32): void { each<Abs>(x, y, n, parameter); }
export function ceil(x: usize, y: usize, n: i32, parameter: f32): void { each<Ceil>(x, y, n, parameter); }
export function elu(x: usize, y: usize, n: i32, parameter: f32): void { each<Elu>(x, y, n, parameter); }
export function exp(x: usize, y: usize, n: i32, parameter: f32): void { each<Exp>(x, y, n, parameter); }
export function floor(x: usize, y: usize, n: i32, parameter: f32): void { each<Floor>(x, y, n, parameter); }
export function leakyRelu(x: usize, y: usize, n: i32, parameter: f32): void { each<LeakyRelu>(x, y, n, parameter); }
export function log(x: usize, y: usize, n: i32, parameter: f32): void { each<Log>(x, y, n, parameter); }
export function neg(x: usize, y: usize, n: i32, parameter: f32): void { each<Neg>(x, y, n, parameter); }
export function reciprocal(x: usize, y: usize, n: i32, parameter: f32): void { each<Reciprocal>(x, y, n, parameter); }
export function relu(x: usize, y: usize, n: i32, parameter: f32): void { each<Relu>(x, y, n, parameter); }
export function relu6(x: usize, y: usize, n: i32, parameter: f32): void { each<Relu6>(x, y, n, parameter); }
export function round(x: usize, y: usize, n: i32, parameter: f32): void { each<Round>(x, y, n, parameter); }
export function rsqrt(x: usize, y: usize, n: i32, parameter: f32): void { each<Rsqrt>(x, y, n, parameter); }
export function sigmoid(x: usize, y: usize, n: i32, parameter: f32): void { each<Sigmoid>(x, y, n, parameter); }
export function sign(x: usize, y: usize, n: i32, parameter: f32): void { each<Sign>(x, y, n, parameter); }
export function sqrt(x: usize, y: usize, n: i32, parameter: f32): void { each<Sqrt>(x, y, n, parameter); }
export function square(x: usize, y: usize, n: i32, parameter: f32): void { each<Square>(x, y, n, parameter); }
export function step(x: usize, y: usize, n: i32, parameter: f32): void { each<Step>(x, y, n, parameter); }
export function tanh(x: usize, y: usize, n: i32, parameter: f32): void { each<Tanh>(x, y, n, parameter); }

/** y = x held within [low, high]; NaN stays. */
export function clip(x: usize, y: usize, n: i32, low: f32, high: f32): void {
  const least = f32x4.splat(low), most = f32x4.splat(high);
  for (; n > 0; n -= 4) { storePart(y, f32x4.pmin(f32x4.pmax(v128.load(x), least), most), n); x += 16; y += 16; }
}

/** dx = y > 0 ? dy : 0, the gradient of relu from its result. */
export function reluGradient(dy: usize, y: usize, dx: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    storePart(dx, v128.and(v128.load(dy), f32x4.gt(v128.load(y), f32x4.splat(0))), n);
    dy += 16; y += 16; dx += 16;
  }
}

/** y[i] = float(x[i]) for int32 x. */
export function int32ToFloat(x: usize, y: usize, n: i32): void {
  for (; n > 0; n -= 4) { storePart(y, f32x4.convert_i32x4_s(v128.load(x)), n); x += 16; y += 16; }
}

/** y[i] = float(x[i]) for bool (byte) x. */
export function boolToFloat(x: usize, y: usize, n: i32): void {
  for (; n > 0; n--) { f32.store(y, <f32>load<u8>(x)); x += 1; y += 4; }
}

/** y[i] = int(x[i]) for bool (byte) x. */
export function boolToInt32(x: usize, y: usize, n: i32): void {
  for (; n > 0; n--) { i32.store(y, <i32>load<u8>(x)); x += 1; y += 4; }
}

/** y[i] = condition[i] ? a[i] : b[i]; the condition is one byte an element. */
export function select(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(condition)));
    storePart(y, v128.bitselect(v128.load(b), v128.load(a), i32x4.eq(wide, i32x4.splat(0))), n);
    condition += 4; a += 16; b += 16; y += 16;
  }
}
