import * as tf from '@tensorflow/tfjs';

/**
 * Constant tensors (masks, distance tables, rotation tables) depend on sizes only, so each is made once per backend and
 * kept: a training step finds the same tensors again, allocates nothing, and never reads data across backends.
 */
const constants = new WeakMap<object, Map<string, tf.Tensor>>();

/** The constant called `key` on the current backend, made on first use and never disposed. */
export function constant(key: string, shape: number[], fill: (values: Float32Array) => void): tf.Tensor {
  const backend = tf.backend();
  let known = constants.get(backend);
  if (!known) {
    known = new Map();
    constants.set(backend, known);
  }
  let tensor = known.get(key);
  if (!tensor) {
    tensor = tf.keep(filled(shape, fill));
    known.set(key, tensor);
  }
  return tensor;
}

/** A tensor of this shape with the values that `fill` writes. */
export function filled(shape: number[], fill: (values: Float32Array) => void): tf.Tensor {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  fill(values);
  return tf.tensor(values, shape);
}
