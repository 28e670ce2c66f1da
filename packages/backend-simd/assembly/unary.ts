// Element-wise functions of one tensor, y[i] = f(x[i]), one export per function, and the choice between two tensors.
import { inParallel, jobArguments } from './parallel';
import { HEAVY, LIGHT, pieceOf, piecesIn } from './pieces';
import {
  exp as vectorExp, expm1 as vectorExpm1, log as vectorLog, madd, relu as vectorRelu, sigmoid as vectorSigmoid, storePart, tanh as vectorTanh,
} from './simd';

/** Elements of a chunk of cosines and sines. */
const TURNS: i32 = 512;

// Functions as types, so that one loop serves all of them and the compiler folds the choice.
class Abs {}
class BoolToFloat {}
class BoolToInt32 {}
class Ceil {}
class Clip {}
class Cos {}
class Elu {}
class Exp {}
class Expm1 {}
class Floor {}
class Int32ToFloat {}
class LeakyRelu {}
class Log {}
class Log1p {}
class Neg {}
class Reciprocal {}
class Relu {}
class Relu6 {}
class Round {}
class Rsqrt {}
class Sigmoid {}
class Sign {}
class Sin {}
class Sqrt {}
class Square {}
class Step {}
class Tanh {}

/** ln(1 + x), within 3 ulp: the error of rounding 1 + x is put right by the quotient of x and what was added. */
// @ts-ignore: decorator
@inline
function vectorLog1p(x: v128): v128 {
  const one = f32x4.splat(1), u = f32x4.add(x, one), added = f32x4.sub(u, one);
  const y = f32x4.mul(vectorLog(u), f32x4.div(x, added));
  // Where nothing was added, ln(1 + x) is x; where 1 + x is x (and where it is infinite), ln x.
  return v128.bitselect(x, v128.bitselect(vectorLog(u), y, f32x4.eq(u, x)), f32x4.eq(added, f32x4.splat(0)));
}

/** One lane after the other: exact reduction of any angle, at some 20 ns each. */
function lanes<F>(x: v128): v128 {
  const a = f32x4.extract_lane(x, 0), b = f32x4.extract_lane(x, 1), c = f32x4.extract_lane(x, 2), d = f32x4.extract_lane(x, 3);
  let y = f32x4.splat(turn<F>(a));
  y = f32x4.replace_lane(y, 1, turn<F>(b));
  y = f32x4.replace_lane(y, 2, turn<F>(c));
  return f32x4.replace_lane(y, 3, turn<F>(d));
}

// @ts-ignore: decorator
@inline
function turn<F>(x: f32): f32 { return idof<F>() == idof<Cos>() ? Mathf.cos(x) : Mathf.sin(x); }

// @ts-ignore: decorator
@inline
function apply<F>(x: v128, parameter: v128, most: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  if (idof<F>() == idof<Abs>()) return f32x4.abs(x);
  if (idof<F>() == idof<Ceil>()) return f32x4.ceil(x);
  if (idof<F>() == idof<BoolToFloat>() || idof<F>() == idof<Int32ToFloat>()) return f32x4.convert_i32x4_s(x);
  if (idof<F>() == idof<BoolToInt32>()) return x;
  if (idof<F>() == idof<Clip>()) return f32x4.pmin(f32x4.pmax(x, parameter), most);
  if (idof<F>() == idof<Cos>() || idof<F>() == idof<Sin>()) return lanes<F>(x);
  if (idof<F>() == idof<Elu>()) return v128.bitselect(vectorExpm1(x), x, f32x4.lt(x, zero));
  if (idof<F>() == idof<Exp>()) return vectorExp(x);
  if (idof<F>() == idof<Expm1>()) return vectorExpm1(x);
  if (idof<F>() == idof<Floor>()) return f32x4.floor(x);
  if (idof<F>() == idof<LeakyRelu>()) return v128.bitselect(f32x4.mul(x, parameter), x, f32x4.lt(x, zero));
  if (idof<F>() == idof<Log>()) return vectorLog(x);
  if (idof<F>() == idof<Log1p>()) return vectorLog1p(x);
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

/** Four bytes as four int32. */
// @ts-ignore: decorator
@inline
function widen(bytes: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(bytes)));
}

@unmanaged
class Elements { x: usize; y: usize; n: i32; piece: i32; parameter: f32; most: f32; }

// @ts-ignore: decorator
@inline
function each<F>(x: usize, y: usize, n: i32, parameter: f32, most: f32, least: i32): void {
  const job = changetype<Elements>(jobArguments());
  job.x = x; job.y = y; job.n = n; job.parameter = parameter; job.most = most;
  job.piece = pieceOf(n, least, 16);
  inParallel(piecesIn(n, job.piece), (chunk: i32) => {
    const job = changetype<Elements>(jobArguments());
    const bools = idof<F>() == idof<BoolToFloat>() || idof<F>() == idof<BoolToInt32>();
    const start = chunk * job.piece, parameter = f32x4.splat(job.parameter), most = f32x4.splat(job.most);
    let x = job.x + (bools ? <usize>start : <usize>start << 2), y = job.y + (<usize>start << 2), n = min(job.piece, job.n - start);
    for (; n >= 4; n -= 4) {
      v128.store(y, apply<F>(bools ? widen(x) : v128.load(x), parameter, most));
      x += bools ? 4 : 16; y += 16;
    }
    if (n > 0) storePart(y, apply<F>(bools ? widen(x) : v128.load(x), parameter, most), n);
  });
}

export function abs(x: usize, y: usize, n: i32, parameter: f32): void { each<Abs>(x, y, n, parameter, 0, LIGHT); }
export function ceil(x: usize, y: usize, n: i32, parameter: f32): void { each<Ceil>(x, y, n, parameter, 0, LIGHT); }
export function cos(x: usize, y: usize, n: i32, parameter: f32): void { each<Cos>(x, y, n, parameter, 0, TURNS); }
export function elu(x: usize, y: usize, n: i32, parameter: f32): void { each<Elu>(x, y, n, parameter, 0, HEAVY); }
export function exp(x: usize, y: usize, n: i32, parameter: f32): void { each<Exp>(x, y, n, parameter, 0, HEAVY); }
export function expm1(x: usize, y: usize, n: i32, parameter: f32): void { each<Expm1>(x, y, n, parameter, 0, HEAVY); }
export function floor(x: usize, y: usize, n: i32, parameter: f32): void { each<Floor>(x, y, n, parameter, 0, LIGHT); }
export function leakyRelu(x: usize, y: usize, n: i32, parameter: f32): void { each<LeakyRelu>(x, y, n, parameter, 0, LIGHT); }
export function log(x: usize, y: usize, n: i32, parameter: f32): void { each<Log>(x, y, n, parameter, 0, HEAVY); }
export function log1p(x: usize, y: usize, n: i32, parameter: f32): void { each<Log1p>(x, y, n, parameter, 0, HEAVY); }
export function neg(x: usize, y: usize, n: i32, parameter: f32): void { each<Neg>(x, y, n, parameter, 0, LIGHT); }
export function reciprocal(x: usize, y: usize, n: i32, parameter: f32): void { each<Reciprocal>(x, y, n, parameter, 0, LIGHT); }
export function relu(x: usize, y: usize, n: i32, parameter: f32): void { each<Relu>(x, y, n, parameter, 0, LIGHT); }
export function relu6(x: usize, y: usize, n: i32, parameter: f32): void { each<Relu6>(x, y, n, parameter, 0, LIGHT); }
export function round(x: usize, y: usize, n: i32, parameter: f32): void { each<Round>(x, y, n, parameter, 0, LIGHT); }
export function rsqrt(x: usize, y: usize, n: i32, parameter: f32): void { each<Rsqrt>(x, y, n, parameter, 0, LIGHT); }
export function sigmoid(x: usize, y: usize, n: i32, parameter: f32): void { each<Sigmoid>(x, y, n, parameter, 0, HEAVY); }
export function sign(x: usize, y: usize, n: i32, parameter: f32): void { each<Sign>(x, y, n, parameter, 0, LIGHT); }
export function sin(x: usize, y: usize, n: i32, parameter: f32): void { each<Sin>(x, y, n, parameter, 0, TURNS); }
export function sqrt(x: usize, y: usize, n: i32, parameter: f32): void { each<Sqrt>(x, y, n, parameter, 0, LIGHT); }
export function square(x: usize, y: usize, n: i32, parameter: f32): void { each<Square>(x, y, n, parameter, 0, LIGHT); }
export function step(x: usize, y: usize, n: i32, parameter: f32): void { each<Step>(x, y, n, parameter, 0, LIGHT); }
export function tanh(x: usize, y: usize, n: i32, parameter: f32): void { each<Tanh>(x, y, n, parameter, 0, HEAVY); }

/** y = x held within [low, high]; NaN stays. */
export function clip(x: usize, y: usize, n: i32, low: f32, high: f32): void { each<Clip>(x, y, n, low, high, LIGHT); }

// Casts: from int32, and from bool, which is one byte an element.
export function int32ToFloat(x: usize, y: usize, n: i32): void { each<Int32ToFloat>(x, y, n, 0, 0, LIGHT); }
export function boolToFloat(x: usize, y: usize, n: i32): void { each<BoolToFloat>(x, y, n, 0, 0, LIGHT); }
export function boolToInt32(x: usize, y: usize, n: i32): void { each<BoolToInt32>(x, y, n, 0, 0, LIGHT); }

@unmanaged
class Choice { condition: usize; a: usize; b: usize; y: usize; n: i32; piece: i32; }

/** y[i] = condition[i] ? a[i] : b[i]; the condition is one byte an element. */
export function select(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  const job = changetype<Choice>(jobArguments());
  job.condition = condition; job.a = a; job.b = b; job.y = y; job.n = n;
  job.piece = pieceOf(n, LIGHT, 16);
  inParallel(piecesIn(n, job.piece), (chunk: i32) => {
    const job = changetype<Choice>(jobArguments());
    const start = chunk * job.piece, at = <usize>start << 2, zero = i32x4.splat(0);
    let condition = job.condition + <usize>start, a = job.a + at, b = job.b + at, y = job.y + at;
    let n = min(job.piece, job.n - start);
    for (; n >= 4; n -= 4) {
      v128.store(y, v128.bitselect(v128.load(b), v128.load(a), i32x4.eq(widen(condition), zero)));
      condition += 4; a += 16; b += 16; y += 16;
    }
    if (n > 0) storePart(y, v128.bitselect(v128.load(b), v128.load(a), i32x4.eq(widen(condition), zero)), n);
  });
}
