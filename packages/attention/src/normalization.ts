import * as tf from '@tensorflow/tfjs';
import { AttentionError, formatShape } from './errors.ts';
import { fusedKernel } from './fused-kernel.ts';
import { withGradient } from './with-gradient.ts';

/**
 * Layer normalisation over the last axis: y = γ ⊙ (x − μ)/√(σ² + ε) + β, with mean μ and biased variance σ².
 * [Ba et al. 2016]
 *
 * @param x [..., width]
 * @param gamma gain, the trailing axes of x: [width], or [window, width] where every position has its own
 * @param beta offset, shaped as gamma
 * @returns the shape of x
 * @throws AttentionError when gamma or beta do not match the trailing axes of x
 */
export function layerNorm<T extends tf.Tensor>(x: T, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number = 1e-5): T {
  checkGain('gamma', gamma, x);
  checkGain('beta', beta, x);
  const fused = fusedKernel('SwitchyardLayerNorm');
  if (fused) return fused([x, gamma, beta], { epsilon })[0] as T;
  return withGradient<T>([x, gamma, beta], () => {
    const centred = tf.sub<T>(x, tf.mean(x, -1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon)); // [..., 1]
    const normal = tf.mul<T>(centred, inverse);
    return {
      value: tf.add<T>(tf.mul(normal, gamma), beta),
      saved: [normal, inverse, gamma],
      // ∂x = (g − mean(g) − x̂·mean(g ⊙ x̂))/σ with g = γ ⊙ ∂y
      gradient: (upstream, [unit, rate, gain]) => {
        const g = tf.mul(upstream, gain!);
        const along = tf.mul(unit!, tf.mean(tf.mul(g, unit!), -1, true));
        const rest = tf.sub(tf.sub(g, along), tf.mean(g, -1, true));
        return [tf.mul(rest, rate!), sumToGain(tf.mul(upstream, unit!), gain!), sumToGain(upstream, gain!)];
      },
    };
  });
}

/**
 * Root-mean-square normalisation over the last axis: y = γ ⊙ x/√(mean(x²) + ε). [Zhang & Sennrich 2019; used by
 * Cogformer with ε = 1e-6, PAPERS.md §3 (c)]
 *
 * @param x [..., width]
 * @param gamma gain, the trailing axes of x: [width], or [window, width] where every position has its own
 * @returns the shape of x
 * @throws AttentionError when gamma does not match the trailing axes of x
 */
export function rmsNorm<T extends tf.Tensor>(x: T, gamma: tf.Tensor, epsilon: number = 1e-6): T {
  checkGain('gamma', gamma, x);
  const fused = fusedKernel('SwitchyardRmsNorm');
  if (fused) return fused([x, gamma], { epsilon })[0] as T;
  return withGradient<T>([x, gamma], () => {
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)); // [..., 1]
    const normal = tf.mul<T>(x, inverse);
    return {
      value: tf.mul<T>(normal, gamma),
      saved: [normal, inverse, gamma],
      // ∂x = (g − x̂·mean(g ⊙ x̂))/rms with g = γ ⊙ ∂y
      gradient: (upstream, [unit, rate, gain]) => {
        const g = tf.mul(upstream, gain!);
        const along = tf.mul(unit!, tf.mean(tf.mul(g, unit!), -1, true));
        return [tf.mul(tf.sub(g, along), rate!), sumToGain(tf.mul(upstream, unit!), gain!)];
      },
    };
  });
}

/** The sum over the leading axes, which share one gain. */
function sumToGain(gradient: tf.Tensor, gain: tf.Tensor): tf.Tensor {
  return tf.sum(
    gradient,
    Array.from({ length: gradient.rank - gain.rank }, (_, axis) => axis),
  );
}

function checkGain(name: string, gain: tf.Tensor, x: tf.Tensor): void {
  const trailing = x.shape.slice(x.rank - gain.rank);
  if (gain.rank < 1 || gain.rank > x.rank || trailing.some((size, axis) => size !== gain.shape[axis])) {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_SHAPE',
      `${name} ${formatShape(gain.shape)} for input ${formatShape(x.shape)}: must be the trailing axes of the input, at least its last`,
    );
  }
}
