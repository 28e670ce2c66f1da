import * as tf from '@tensorflow/tfjs';
import { applyUpdate } from './apply-update.ts';
import { maskedCrossEntropy } from './masked-cross-entropy.ts';
import type { Optimizer } from './optimizer.ts';

/**
 * One training step, of static shapes: reads its five inputs, changes weights and optimizer slots in place and returns
 * the loss before the update. Nothing else depends on the step, so that it can be captured once and replayed.
 *
 * `tokens` int32 [batch, window]; `targets` int32 and `mask` float32, one entry for each row of logits.
 */
export type TrainingStep = (
  tokens: tf.Tensor,
  targets: tf.Tensor,
  mask: tf.Tensor,
  learningRate: tf.Scalar,
  step: tf.Scalar,
) => tf.Scalar;

export interface TrainingStepOptions {
  readonly model: tf.LayersModel;
  readonly optimizer: Optimizer;
  /** The model's trainable variables. */
  readonly parameters: readonly tf.Variable[];
  /** One list for each of `slotNames(optimizer)`, in the order of `parameters`. */
  readonly slots: readonly (readonly tf.Variable[])[];
  readonly clip?: number | undefined;
}

export function createTrainingStep(options: TrainingStepOptions): TrainingStep {
  const { model, optimizer, parameters, slots, clip } = options;
  return (tokens, targets, mask, learningRate, step) =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => maskedCrossEntropy(model.apply(tokens, { training: true }) as tf.Tensor, targets, mask),
        [...parameters],
      );
      // A weight that the loss does not depend on has no gradient: it gets 0, so shapes stay static.
      const gradients = parameters.map((parameter) => grads[parameter.name] ?? tf.zerosLike(parameter));
      applyUpdate({ optimizer, parameters, gradients, slots, learningRate, step, clip });
      return value;
    });
}
