import * as tf from '@tensorflow/tfjs';
import { type Differentiable, withGradient } from './with-gradient.ts';

/** How a mechanism turns logits into weights; its gradient is the one with respect to the logits. */
export type WeightRule = (logits: tf.Tensor4D) => {
  value: tf.Tensor4D;
  saved: tf.Tensor[];
  gradient: (upstream: tf.Tensor4D, saved: tf.Tensor[]) => tf.Tensor4D;
};

/**
 * Weights w = rule(z) of the logits z = s·(q·k), with one gradient for both steps:
 * ∂q = ∂z·(s·k) and ∂k = s·∂zᵀ·q.
 */
export function weightsFromLogits(query: tf.Tensor4D, key: tf.Tensor4D, scale: number, rule: WeightRule): tf.Tensor4D {
  return withGradient([query, key], (): Differentiable<tf.Tensor4D> => {
    const scaled = multiply(key, scale);
    const { value, saved, gradient } = rule(tf.matMul(query, scaled, false, true)); // [batch, heads, queries, keys]
    return {
      value,
      saved: [query, scaled, ...saved],
      gradient: (upstream, [q, scaledKey, ...rest]) => {
        const logits = gradient(upstream, rest);
        return [
          tf.matMul(logits, scaledKey!), // [batch, heads, queries, head_dim]
          multiply(tf.matMul(logits, q!, true, false), scale), // [batch, heads, keys, head_dim]
        ];
      },
    };
  });
}

function multiply<T extends tf.Tensor>(x: T, factor: number): T {
  return factor === 1 ? x : tf.mul(x, factor);
}
