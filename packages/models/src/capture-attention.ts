import * as tf from '@tensorflow/tfjs';
import { passWith } from './attention-layers.ts';

/**
 * The attention weights of every layer, first to last, for these inputs.
 *
 * @param model a transformer, cisformer, Cogformer or U-ViT, or any tf.LayersModel with `multiHeadAttention` layers
 * @param inputs what the model takes: tokens, int32 [batch, window], or a list of inputs in their order
 * @returns one tensor [batch, heads, queries, keys] a layer; the caller disposes them
 * @throws ModelError `SWITCHYARD_MODEL_INPUT` if the model has no attention layer
 */
export function captureAttention(model: tf.LayersModel, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor4D[] {
  const captured: tf.Tensor4D[] = [];
  tf.tidy(() => {
    passWith(model, inputs, (layer, own) => {
      captured.push(tf.keep(layer.attentionWeights(own))); // kept: what is made inside a pass goes with it
      return layer.combine(layer.headOutputs(own));
    });
  });
  return captured;
}
