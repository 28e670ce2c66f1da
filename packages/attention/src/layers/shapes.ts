import type * as tf from '@tensorflow/tfjs';
import { AttentionError, formatShape } from '../errors.ts';

/** [batch, window, width] of a layer's input: the batch is open, and so is the window where no weight depends on it. */
export interface SequenceShape {
  window: number | null;
  width: number;
}

/**
 * Reads the shape that tf.layers hands to `build`.
 *
 * @throws AttentionError when it is not [batch, window, width] with a known width
 */
export function sequenceShape(layer: string, shape: tf.Shape | tf.Shape[]): SequenceShape {
  const [, window, width] = onlyShape(shape);
  if (onlyShape(shape).length !== 3 || typeof width !== 'number') {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_SHAPE',
      `${layer}: input ${formatShape(onlyShape(shape))} must be [batch, window, width] with a known width`,
    );
  }
  return { window: typeof window === 'number' ? window : null, width };
}

/**
 * The window, where weights depend on the position.
 *
 * @throws AttentionError when the window is open
 */
export function knownWindow(layer: string, window: number | null): number {
  if (window === null) {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_SHAPE',
      `${layer}: window null: weights of every position need a fixed window; give the model's input a shape [window, width]`,
    );
  }
  return window;
}

/** The one input tensor of a layer that has one. */
export function onlyInput(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor3D {
  return (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D;
}

/** The one input shape of a layer that has one. */
export function onlyShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
  return (Array.isArray(shapes[0]) ? shapes[0] : shapes) as tf.Shape;
}
