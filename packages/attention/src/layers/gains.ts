import type * as tf from '@tensorflow/tfjs';
import { AttentionError } from '../errors.ts';
import { knownWindow, sequenceShape } from './shapes.ts';

/**
 * Shape of the gains of a normalisation: [width], or [window, width] where every position has its own.
 *
 * @throws AttentionError when the input does not say so much
 */
export function gainShape(layer: string, shape: tf.Shape | tf.Shape[], positionWise: boolean): number[] {
  const { window, width } = sequenceShape(layer, shape);
  return positionWise ? [knownWindow(layer, window), width] : [width];
}

/**
 * The epsilon of a normalisation.
 *
 * @throws AttentionError when it is not positive
 */
export function checkEpsilon(epsilon: number): number {
  if (!(epsilon > 0)) {
    throw new AttentionError('SWITCHYARD_ATTENTION_OPTION', `epsilon ${epsilon}: must be a positive number`);
  }
  return epsilon;
}
