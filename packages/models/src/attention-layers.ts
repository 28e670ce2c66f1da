import { MultiHeadAttention } from '@switchyard/attention';
import type * as tf from '@tensorflow/tfjs';
import { ModelError } from './errors.ts';

/**
 * The attention layers of a model, first to last.
 *
 * @throws ModelError `SWITCHYARD_MODEL_INPUT` if it has none
 */
export function attentionLayers(model: tf.LayersModel): MultiHeadAttention[] {
  const layers = model.layers.filter((layer) => layer instanceof MultiHeadAttention);
  if (layers.length > 0) return layers;
  throw new ModelError('SWITCHYARD_MODEL_INPUT', `Model '${model.name}' has no attention layer to capture`);
}

/**
 * A pass through the model in which a function of one's own stands in for the attention layers.
 *
 * @param attend what layer number `index` gives for its inputs; it may use the layer's own methods, but for `call`
 */
export function passWith(
  model: tf.LayersModel,
  inputs: tf.Tensor | tf.Tensor[],
  attend: (layer: MultiHeadAttention, own: tf.Tensor | tf.Tensor[], index: number) => tf.Tensor,
): tf.Tensor {
  const layers = attentionLayers(model);
  try {
    for (const [index, layer] of layers.entries()) layer.call = (own) => attend(layer, own, index);
    return model.apply(inputs) as tf.Tensor;
  } finally {
    for (const layer of layers) Reflect.deleteProperty(layer, 'call'); // what the class has comes to light again
  }
}
