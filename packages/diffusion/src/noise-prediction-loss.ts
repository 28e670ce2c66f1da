import * as tf from '@tensorflow/tfjs';

/**
 * The simplified loss of Ho, Jain and Abbeel (2020, equation 14): mean over all elements of (ε̂ − ε)².
 *
 * @param predicted ε̂, the noise that a model found
 * @param noise ε, the noise that was added, of the same shape
 */
export function noisePredictionLoss(predicted: tf.Tensor, noise: tf.Tensor): tf.Scalar {
  return tf.mean(tf.squaredDifference(predicted, noise)) as tf.Scalar;
}
