import * as tf from '@tensorflow/tfjs';

/** Activations that layers of this package know by name. */
export type Activation = 'linear' | 'relu' | 'gelu' | 'geluTanh' | 'silu';

/** gelu(x) = x·Φ(x) = x/2·(1 + erf(x/√2)). [Hendrycks & Gimpel 2016] */
export function gelu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)));
}

/** The tanh approximation of gelu: x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))). [Hendrycks & Gimpel 2016] */
export function geluTanh<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => {
    // x + 0.044715·x³ = x·(1 + 0.044715·x²)
    const argument = tf.mul(x, tf.add(tf.mul(tf.square(x), 0.044715), 1));
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(argument, Math.sqrt(2 / Math.PI))), 1));
  });
}

/** silu(x) = x·σ(x) = x/(1 + e^(−x)). */
export function silu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
}

/** swiglu(gate, value) = silu(gate) ⊙ value, the gated unit of Cogformer's feed-forward. [L24, PAPERS.md §3 (c)] */
export function swiglu<T extends tf.Tensor>(gate: T, value: T): T {
  return tf.tidy(() => tf.mul(silu(gate), value));
}

/** Activations by name. */
export const activations: Readonly<Record<Activation, <T extends tf.Tensor>(x: T) => T>> = {
  linear: (x) => x,
  relu: (x) => tf.relu(x),
  gelu,
  geluTanh,
  silu,
};
