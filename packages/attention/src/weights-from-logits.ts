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
 * ∂q = s·∂z·k and ∂k = ∂zᵀ·(s·q).
 */
export function weightsFromLogits(query: tf.Tensor4D, key: tf.Tensor4D, scale: number, rule: WeightRule): tf.Tensor4D {
  return withGradient([query, key], (): Differentiable<tf.Tensor4D> => {
    const scaled = multiply(query, scale);
    const { value, saved, gradient } = rule(tf.matMul(scaled, key, false, true)); // [batch, heads, queries, keys]
    return {
      value,
      saved: [scaled, key, ...saved],
      gradient: (upstream, [scaledQuery, keys, ...rest]) => {
        const logits = gradient(upstream, rest);
        return [
          multiply(tf.matMul(logits, keys!), scale),
          tf.matMul(logits, scaledQuery!, true, false), // [batch, heads, keys, head_dim]
        ];
      },
    };
  });
}

function multiply<T extends tf.Tensor>(x: T, factor: number): T {
  return factor === 1 ? x : tf.mul(x, factor);
}
