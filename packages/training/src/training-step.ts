import * as tf from '@tensorflow/tfjs';
import { applyUpdate } from './apply-update.ts';
import { moveAverages } from './averaging.ts';
import type { Optimizer } from './optimizer.ts';

/**
 * One training step, of static shapes: reads the inputs of the loss, the learning rate and the number of the step (from
 * 1), changes weights, optimizer slots and averages in place and returns the loss before the update. Nothing else depends
 * on the step, so that it can be captured once and replayed.
 */
export type TrainingStep = (...inputs: [...inputs: tf.Tensor[], learningRate: tf.Scalar, step: tf.Scalar]) => tf.Scalar;

export interface TrainingStepOptions {
  /** Differentiable in the parameters; depends on them and on its inputs alone. */
  readonly loss: (...inputs: tf.Tensor[]) => tf.Scalar;
  readonly optimizer: Optimizer;
  /** The model's trainable variables. */
  readonly parameters: readonly tf.Variable[];
  /** One list for each of `slotNames(optimizer)`, in the order of `parameters`. */
  readonly slots: readonly (readonly tf.Variable[])[];
  readonly clip?: number | undefined;
  /** Decay of the moving averages of the weights; see `moveAverages`. */
  readonly averaging?: number | undefined;
  /** The averages, in the order of `parameters`; none without `averaging`. */
  readonly averages?: readonly tf.Variable[];
}

export function createTrainingStep(options: TrainingStepOptions): TrainingStep {
  const { optimizer, parameters, slots, clip, averaging, averages = [] } = options;
  return (...all) =>
    tf.tidy(() => {
      const inputs = all.slice(0, -2);
      const [learningRate, step] = all.slice(-2) as [tf.Scalar, tf.Scalar];
      const { value, grads } = tf.variableGrads(() => options.loss(...inputs), [...parameters]);
      // A weight that the loss does not depend on has no gradient: it gets 0, so shapes stay static.
      const gradients = parameters.map((parameter) => grads[parameter.name] ?? tf.zerosLike(parameter));
      applyUpdate({ optimizer, parameters, gradients, slots, learningRate, step, clip });
      if (averaging !== undefined) moveAverages(averages, parameters, averaging, step);
      return value;
    });
}
