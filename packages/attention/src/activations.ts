import * as tf from '@tensorflow/tfjs';
import { AttentionError, formatShape } from './errors.ts';
import { fusedKernel } from './fused-kernel.ts';

/** Activations that layers of this package know by name. */
export type Activation = 'linear' | 'relu' | 'gelu' | 'geluTanh' | 'silu';

/** gelu(x) = x·Φ(x) = x/2·(1 + erf(x/√2)). [Hendrycks & Gimpel 2016] */
export function gelu<T extends tf.Tensor>(x: T): T {
  return fused(x, 'gelu') ?? tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)));
}

/** The tanh approximation of gelu: x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))). [Hendrycks & Gimpel 2016] */
export function geluTanh<T extends tf.Tensor>(x: T): T {
  return (
    fused(x, 'geluTanh') ??
    tf.tidy(() => {
      // x + 0.044715·x³ = x·(1 + 0.044715·x²)
      const argument = tf.mul(x, tf.add(tf.mul(tf.square(x), 0.044715), 1));
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(argument, Math.sqrt(2 / Math.PI))), 1));
    })
  );
}

/** silu(x) = x·σ(x) = x/(1 + e^(−x)). */
export function silu<T extends tf.Tensor>(x: T): T {
  return fused(x, 'silu') ?? tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
}

/** The kernel that does the same in one pass, and its gradient in another, where the backend has it. */
function fused<T extends tf.Tensor>(x: T, activation: Activation): T | undefined {
  return fusedKernel('SwitchyardActivation')?.([x], { activation })[0] as T | undefined;
}

/**
 * swiglu([a, b]) = silu(a) ⊙ b, the gated unit of Cogformer's feed-forward. [L24, PAPERS.md §3 (c)]
 *
 * @param x [..., 2·units]: a and b side by side along the last axis, as one product gives them
 * @returns [..., units]
 * @throws AttentionError when the last axis cannot be halved
 */
export function swiglu<T extends tf.Tensor>(x: T): T {
  const width = x.shape.at(-1) ?? 1;
  if (width % 2 !== 0) {
    throw new AttentionError('SWITCHYARD_ATTENTION_SHAPE', `input ${formatShape(x.shape)}: must be [..., 2·units]`);
  }
  const kernel = fusedKernel('SwitchyardSwiglu');
  if (kernel) return kernel([x])[0] as T;
  return tf.tidy(() => {
    const [a, b] = tf.split(x, 2, -1) as [T, T];
    return tf.mul(tf.mul(a, tf.sigmoid(a)), b);
  });
}

/** Activations by name. */
export const activations: Readonly<Record<Activation, <T extends tf.Tensor>(x: T) => T>> = {
  linear: (x) => x,
  relu: (x) => tf.relu(x),
  gelu,
  geluTanh,
  silu,
};
