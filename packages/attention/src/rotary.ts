import * as tf from '@tensorflow/tfjs';
import { constant, filled } from './constants.ts';
import { AttentionError, formatShape } from './errors.ts';
import { fusedKernel } from './fused-kernel.ts';
import { withGradient } from './with-gradient.ts';

/** Options of `rotary`. */
export interface RotaryOptions {
  /** Base of the wavelengths. Default 10 000. */
  theta?: number;
  /** Position of the first token: the number of tokens before it when decoding with a cache. Default 0. */
  offset?: number;
  /** Axis of the tokens: −2 (default) for [batch, heads, tokens, head_dim], −3 for [batch, tokens, heads, head_dim]. */
  axis?: -2 | -3;
  /** With axis −3: turns these first heads, and leaves the others as they are. Default all. */
  heads?: number;
}

/**
 * Rotary position embedding: at position m, the pair (x[2i], x[2i+1]) turns by the angle m·θ^(−2i/D), so that q·k depends
 * on the distance of the two tokens only. Interleaved pairs, θ = 10 000. [PAPERS.md §3 (c); Su et al. 2021]
 *
 * @param x [..., tokens, head_dim] (or [..., tokens, heads, head_dim] with axis −3), head_dim even
 * @returns the same shape
 * @throws AttentionError when head_dim is odd, the rank too small, or an option out of its range
 */
export function rotary<T extends tf.Tensor>(
  x: T,
  { theta = 10_000, offset = 0, axis = -2, heads }: RotaryOptions = {},
): T {
  const width = x.shape.at(-1) ?? 0;
  const tokens = x.shape.at(axis);
  if (tokens === undefined || width % 2 !== 0) {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_SHAPE',
      `rotary input ${formatShape(x.shape)}: needs tokens on axis ${axis} and an even head_dim on the last`,
    );
  }
  if (!(theta > 0) || !Number.isFinite(theta) || !Number.isFinite(offset)) {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_OPTION',
      `theta ${theta}, offset ${offset}: theta must be positive, both must be finite`,
    );
  }
  const all = axis === -2 ? 1 : x.shape.at(-2)!;
  if (heads !== undefined && !(Number.isInteger(heads) && heads > 0 && heads <= all)) {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_OPTION',
      `heads ${heads} of ${formatShape(x.shape)}: must be a whole number from 1 to ${all}, with axis -3`,
    );
  }
  const shape = axis === -2 ? [tokens, width] : [tokens, 1, width];
  return tf.tidy(() => {
    const cosines = angles('cosine', Math.cos, shape, theta, offset);
    const sines = angles('sine', Math.sin, shape, theta, offset);
    const fused = fusedKernel('SwitchyardRotary');
    if (fused) return fused([x, cosines, sines], { heads: heads ?? all, inverse: false })[0] as T;
    if (heads === undefined || heads === all) return turn(x, cosines, sines);
    const [first, rest] = tf.split(x, [heads, all - heads], -2) as [tf.Tensor, tf.Tensor];
    return tf.concat([turn(first, cosines, sines), rest], -2) as T;
  });
}

/** (a, b) → (a·cos − b·sin, b·cos + a·sin) for every pair */
function turn<T extends tf.Tensor>(x: T, cosines: tf.Tensor, sines: tf.Tensor): T {
  const width = x.shape.at(-1)!;
  const matrix = quarterTurn(width);
  const turned = (a: T): tf.Tensor => tf.matMul(a.reshape([-1, width]), matrix).reshape(a.shape);
  return withGradient<T>([x], () => ({
    value: tf.add(tf.mul(x, cosines), tf.mul(turned(x), sines)),
    saved: [cosines, sines],
    // The inverse rotation: the same cosines, sines of the other sign.
    gradient: (upstream, [cosine, sine]) => [tf.sub(tf.mul(upstream, cosine!), tf.mul(turned(upstream), sine!))],
  }));
}

/** cos or sin of the angle, repeated for both members of a pair */
function angles(
  name: string,
  curve: (angle: number) => number,
  shape: number[],
  theta: number,
  offset: number,
): tf.Tensor {
  const width = shape.at(-1)!;
  const fill = (values: Float32Array): void => {
    for (let index = 0; index < values.length; index++) {
      const pair = Math.floor((index % width) / 2);
      values[index] = curve((offset + Math.floor(index / width)) * theta ** ((-2 * pair) / width));
    }
  };
  // Decoding asks for every offset once: only windows that start at 0 come again.
  return offset === 0 ? constant(`rotary ${name} ${theta} ${shape.join('×')}`, shape, fill) : filled(shape, fill);
}

/** The matrix that maps each pair (a, b) to (−b, a): a product with it costs less than a gather. */
function quarterTurn(width: number): tf.Tensor2D {
  return constant(`rotary quarter turn ${width}`, [width, width], (values) => {
    for (let even = 0; even < width; even += 2) {
      values[(even + 1) * width + even] = -1;
      values[even * width + even + 1] = 1;
    }
  }) as tf.Tensor2D;
}
