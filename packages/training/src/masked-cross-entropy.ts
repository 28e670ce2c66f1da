import * as tf from '@tensorflow/tfjs';
import { fusedKernel } from './fused-kernel.ts';

/**
 * Mean cross-entropy over the targets whose mask is 1:
 * loss = Σ_i mask_i · (log Σ_v exp(logits_iv) − logits_i,target) ÷ Σ_i mask_i, in nats.
 * The gradient for the logits is mask_i · (softmax(logits_i) − one-hot(target_i)) ÷ Σ mask; targets and mask get none.
 * The largest logit is taken off each row first, so logits of any finite size are safe. Where nothing is unmasked, loss
 * and gradient are 0: such a batch carries no information, and training goes on.
 *
 * @param logits float32 [..., vocabulary]
 * @param targets int32 [...], token ids
 * @param mask float32 [...], 0 or 1
 */
export function maskedCrossEntropy(logits: tf.Tensor, targets: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  const fused = fusedKernel('SwitchyardMaskedCrossEntropy');
  if (fused) return fused([logits, targets, mask])[0] as tf.Scalar;
  const vocabulary = logits.shape.at(-1)!;
  const flatTargets = tf.reshape(targets, [-1]); // [rows]
  const rowMask = tf.reshape(mask, [-1, 1]); // [rows, 1]
  const crossEntropy = tf.customGrad((rows, save) => {
    const shifted = tf.sub(rows as tf.Tensor, tf.max(rows as tf.Tensor, -1, true)); // [rows, vocabulary]
    const exponentials = tf.exp(shifted);
    const normalizer = tf.sum(exponentials, -1, true); // [rows, 1]
    const oneHot = tf.oneHot(flatTargets, vocabulary, 1, 0, 'float32'); // [rows, vocabulary]
    const targetLogit = tf.sum(tf.mul(shifted, oneHot), -1, true);
    const weight = tf.div(rowMask, tf.maximum(tf.sum(rowMask), 1)); // [rows, 1]
    const value = tf.sum(tf.mul(weight, tf.sub(tf.log(normalizer), targetLogit)));
    (save as tf.GradSaveFunc)([exponentials, normalizer, oneHot, weight]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [exponentials, normalizer, oneHot, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        return tf.mul(tf.sub(tf.div(exponentials, normalizer), oneHot), tf.mul(weight, dy));
      },
    };
  });
  return crossEntropy(tf.reshape(logits, [-1, vocabulary])) as tf.Scalar;
}
