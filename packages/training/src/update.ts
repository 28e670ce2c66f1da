import type * as tf from '@tensorflow/tfjs';
import type { Optimizer } from './optimizer.ts';

/** Everything an update reads and writes. `gradients`, and the tensors of each slot, stand in the order of `parameters`. */
export interface Update {
  readonly optimizer: Optimizer;
  /** Changed in place. */
  readonly parameters: readonly tf.Variable[];
  readonly gradients: readonly tf.Tensor[];
  /** One list for each of `slotNames(optimizer)`; changed in place. */
  readonly slots: readonly (readonly tf.Variable[])[];
  /** Inputs rather than numbers, so that a captured step can be replayed with new values. */
  readonly learningRate: tf.Scalar;
  /** The first step is 1. */
  readonly step: tf.Scalar;
  /** Gradients are scaled down to this global norm where theirs is larger. */
  readonly clip?: number | undefined;
}
