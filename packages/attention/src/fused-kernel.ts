import * as tf from '@tensorflow/tfjs';

/** Runs one kernel on tensors in the kernel's order and returns its outputs. */
export type FusedKernel = (inputs: tf.Tensor[], attributes?: tf.NamedAttrMap) => tf.Tensor[];

/**
 * A kernel of the current backend beyond tfjs's own, such as those of @switchyard/backend-simd, or undefined where the
 * backend has none of that name. The composition of plain operations, which every caller keeps beside it, is its
 * specification. Gradients are registered with the kernel.
 */
export function fusedKernel(name: string): FusedKernel | undefined {
  if (tf.getKernel(name, tf.getBackend()) === undefined) return undefined;
  return (inputs, attributes = {}) => {
    // tfjs passes a list of inputs through as it is; its types know only inputs by name.
    const named = inputs as unknown as tf.NamedTensorMap;
    const outputs = tf.engine().runKernel(name, named, attributes) as tf.Tensor | tf.Tensor[];
    return Array.isArray(outputs) ? outputs : [outputs];
  };
}
