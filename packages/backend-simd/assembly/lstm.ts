// A long short-term memory over a whole window; everything stays batch-first, a step works on rows `window` apart.
import { product, START_BIAS, START_C, START_ZERO } from './product';
import { madd, sigmoid, storePart, tanh } from './simd';

/**
 * For t = 0 … window − 1: i, f, g, o = σ, σ, tanh, σ of x[t]·kernel + h[t−1]·recurrent + bias; c[t] = f ⊙ c[t−1] + i ⊙ g;
 * h[t] = o ⊙ tanh c[t]. Gates (after their functions) [batch, window, 4·units], cells and outputs [batch, window, units].
 */
export function lstm(
  x: usize, kernel: usize, recurrent: usize, bias: usize, outputs: usize, gates: usize, cells: usize,
  batch: i32, window: i32, features: i32, units: i32,
): void {
  const unitBytes = <usize>units << 2, gateBytes = unitBytes << 2;
  const outputStep = <usize>window * unitBytes, gateStep = <usize>window * gateBytes;
  product(x, <usize>features << 2, kernel, gateBytes, gates, gateBytes, batch * window, 4 * units, features, 0, 0, START_BIAS, bias, 0);
  for (let t = 0; t < window; t++) {
    const h = outputs + <usize>t * unitBytes, c = cells + <usize>t * unitBytes, g = gates + <usize>t * gateBytes;
    if (t > 0) product(h - unitBytes, outputStep, recurrent, gateBytes, g, gateStep, batch, 4 * units, units, 0, 0, START_C, 0, 0);
    for (let row: usize = 0; row < <usize>batch; row++) {
      let gate = g + row * gateStep, cell = c + row * outputStep, hidden = h + row * outputStep;
      for (let left = units; left > 0; left -= 4) {
        const input = sigmoid(v128.load(gate)), forget = sigmoid(v128.load(gate + unitBytes));
        const candidate = tanh(v128.load(gate + 2 * unitBytes)), output = sigmoid(v128.load(gate + 3 * unitBytes));
        let state = f32x4.mul(input, candidate);
        if (t > 0) state = madd(forget, v128.load(cell - unitBytes), state);
        storePart(gate, input, left); storePart(gate + unitBytes, forget, left);
        storePart(gate + 2 * unitBytes, candidate, left); storePart(gate + 3 * unitBytes, output, left);
        storePart(cell, state, left);
        storePart(hidden, f32x4.mul(output, tanh(state)), left);
        gate += 16; cell += 16; hidden += 16;
      }
    }
  }
}

/**
 * Gradients of `lstm`. `dgates` [batch, window, 4·units], `previous` [batch, window, units] (h[t−1]), `dhidden` and `dcell`
 * [batch, units] are working memory; ∂bias is the sum of dgates over its rows (reduceSum).
 */
export function lstmGradient(
  dy: usize, x: usize, kernel: usize, recurrent: usize, outputs: usize, gates: usize, cells: usize,
  dx: usize, dkernel: usize, drecurrent: usize, dgates: usize, previous: usize, dhidden: usize, dcell: usize,
  batch: i32, window: i32, features: i32, units: i32,
): void {
  const unitBytes = <usize>units << 2, gateBytes = unitBytes << 2;
  const outputStep = <usize>window * unitBytes, gateStep = <usize>window * gateBytes;
  const one = f32x4.splat(1), zero = f32x4.splat(0);
  for (let t = window - 1; t >= 0; t--) {
    const last = t == window - 1;
    const stepGates = <usize>t * gateBytes, stepUnits = <usize>t * unitBytes;
    if (!last) {
      product(
        dgates + stepGates + gateBytes, gateStep, recurrent, gateBytes, dhidden, unitBytes, batch, units, 4 * units, 0, 1, START_ZERO, 0, 0,
      );
    }
    for (let row: usize = 0; row < <usize>batch; row++) {
      let gate = gates + stepGates + row * gateStep, slope = dgates + stepGates + row * gateStep;
      const at = stepUnits + row * outputStep;
      let cell = cells + at, up = dy + at, back = previous + at, hidden = outputs + at;
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
  const rows = batch * window, featureBytes = <usize>features << 2;
  product(dgates, gateBytes, kernel, gateBytes, dx, featureBytes, rows, features, 4 * units, 0, 1, START_ZERO, 0, 0);
  product(x, featureBytes, dgates, gateBytes, dkernel, gateBytes, features, 4 * units, rows, 1, 0, START_ZERO, 0, 0);
  product(previous, unitBytes, dgates, gateBytes, drecurrent, gateBytes, units, 4 * units, rows, 1, 0, START_ZERO, 0, 0);
}
