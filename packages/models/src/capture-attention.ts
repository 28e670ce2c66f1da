import { MultiHeadAttention } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { ModelError } from './errors.ts';

/**
 * The attention weights of every layer, first to last, for these inputs.
 *
 * @param model a transformer, cisformer, Cogformer or U-ViT, or any tf.LayersModel with `multiHeadAttention` layers
 * @param inputs what the model takes: tokens, int32 [batch, window], or a list of inputs in their order
 * @returns one tensor [batch, heads, queries, keys] a layer; the caller disposes them
 * @throws ModelError `SWITCHYARD_MODEL_INPUT` if the model has no attention layer
 */
export function captureAttention(model: tf.LayersModel, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor4D[] {
  const layers = model.layers.filter((layer) => layer instanceof MultiHeadAttention);
  if (layers.length === 0) {
    throw new ModelError('SWITCHYARD_MODEL_INPUT', `Model '${model.name}' has no attention layer to capture`);
  }
  return tf.tidy(() => {
    // The part of the model that ends where its attention layers begin: what they take, several each with documents.
    const inputsOf = layers.map((layer) => [layer.input].flat());
    const upToAttention = tf.model({ inputs: model.inputs, outputs: inputsOf.flat() });
    const values = [upToAttention.apply(inputs)].flat() as tf.Tensor[];
    return inputsOf.map(({ length }, index) => layers[index]!.attentionWeights(values.splice(0, length)));
  });
}
