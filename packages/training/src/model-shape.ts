import type * as tf from '@tensorflow/tfjs';
import { TrainingError } from './errors.ts';

/**
 * The window that a model was built for.
 *
 * @throws TrainingError `SWITCHYARD_TRAINING_SHAPE` unless it has one input of shape [batch, window]
 */
export function windowOf(model: tf.LayersModel): number {
  const shape = model.inputs[0]?.shape;
  const window = shape?.[1];
  if (model.inputs.length !== 1 || shape?.length !== 2 || !window) {
    throw new TrainingError(
      'SWITCHYARD_TRAINING_SHAPE',
      `model "${model.name}" takes ${JSON.stringify(model.inputs.map((input) => input.shape))}: training needs one int32 input of shape [batch, window] with a fixed window`,
    );
  }
  return window;
}

/**
 * Whether a model answers for the last position only ([batch, vocabulary]) or for all ([batch, window, vocabulary]).
 *
 * @throws TrainingError `SWITCHYARD_TRAINING_SHAPE` for any other output
 */
export function answersLastOnly(model: tf.LayersModel): boolean {
  const rank = model.outputs[0]?.shape.length;
  if (model.outputs.length !== 1 || (rank !== 2 && rank !== 3)) {
    throw new TrainingError(
      'SWITCHYARD_TRAINING_SHAPE',
      `model "${model.name}" gives ${JSON.stringify(model.outputs.map((output) => output.shape))}: training needs one output of shape [batch, window, vocabulary] or [batch, vocabulary]`,
    );
  }
  return rank === 2;
}
