import * as tf from '@tensorflow/tfjs';

/** A value, the tensors its gradient needs, and the gradient with respect to each input. */
export interface Differentiable<T extends tf.Tensor> {
  value: T;
  saved: tf.Tensor[];
  gradient: (upstream: T, saved: tf.Tensor[]) => tf.Tensor[];
}

/**
 * `tf.customGrad` with types: one node on the tape for a whole formula, instead of one for each operation in it. First
 * derivatives only: `saved` tensors other than the inputs are constants to a second differentiation.
 */
export function withGradient<T extends tf.Tensor>(inputs: tf.Tensor[], forward: () => Differentiable<T>): T {
  const run = tf.customGrad<T>((...args) => {
    const save = args.at(-1) as (tensors: tf.Tensor[]) => void;
    const { value, saved, gradient } = forward();
    save(saved);
    return { value, gradFunc: gradient };
  });
  return run(...inputs);
}
