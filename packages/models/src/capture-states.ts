import * as tf from '@tensorflow/tfjs';
import { ModelError } from './errors.ts';

/**
 * The hidden states that the head of a model reads, for these tokens: behind the last block and its final normalisation,
 * before the linear map to logits.
 *
 * @param model any model of this package, or a tf.LayersModel of tokens with a layer named `head`
 * @param tokens int32 [batch, window]
 * @returns [batch, window, width]; of the MLP, which answers for the last position only, [batch, width]
 * @throws ModelError `SWITCHYARD_MODEL_INPUT` if the model has no layer named `head`
 */
export function captureStates(model: tf.LayersModel, tokens: tf.Tensor2D): tf.Tensor {
  const head = model.layers.find(({ name }) => name === 'head');
  if (!head) {
    throw new ModelError(
      'SWITCHYARD_MODEL_INPUT',
      `Model '${model.name}' has no layer named head whose input to capture`,
    );
  }
  return tf.tidy(() => {
    const upToHead = tf.model({ inputs: model.inputs, outputs: head.input as tf.SymbolicTensor });
    return upToHead.apply(tokens) as tf.Tensor;
  });
}
