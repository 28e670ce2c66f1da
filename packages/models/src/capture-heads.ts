import * as tf from '@tensorflow/tfjs';
import { attentionLayers, passWith } from './attention-layers.ts';
import { ModelError } from './errors.ts';

/** The heads of one attention layer on a batch. */
export interface CapturedHeads {
  /** [batch, heads, queries, keys] */
  readonly weights: tf.Tensor4D;
  /** [batch, heads, 1 or queries, keys], as `MultiHeadAttention.alignments` gives it. */
  readonly alignment: tf.Tensor4D;
}

/**
 * The attention weights of every layer, first to last, and how far what each head adds points to the token it comes from: the
 * direction of a token is its column in the kernel of the head, minus the mean of all columns, which no softmax sees. The final
 * normalisation and everything between are left out: it is the direct path, as `headRoles` wants it (r).
 *
 * @param model a transformer, cisformer or Cogformer
 * @param tokens int32 [batch, window]
 * @returns one a layer; the caller disposes the tensors
 * @throws ModelError `SWITCHYARD_MODEL_INPUT` if the model has no attention layer, or no layer named `head`
 */
export function captureHeads(model: tf.LayersModel, tokens: tf.Tensor2D): CapturedHeads[] {
  const head = model.layers.find(({ name }) => name === 'head');
  if (!head) throw new ModelError('SWITCHYARD_MODEL_INPUT', `Model '${model.name}' has no layer named head`);
  const count = attentionLayers(model).length;
  const tensors: tf.Tensor4D[] = [];
  tf.tidy(() => {
    const columns = tf.transpose(head.getWeights()[0] as tf.Tensor2D); // [vocabulary, width]
    const directions = tf.gather(tf.sub(columns, tf.mean(columns, 0)), tokens) as tf.Tensor3D;
    passWith(model, tokens, (layer, inputs) => {
      // Kept: what is made inside a pass goes with it.
      tensors.push(tf.keep(layer.attentionWeights(inputs)), tf.keep(layer.alignments(inputs, directions)));
      return layer.combine(layer.headOutputs(inputs));
    });
  });
  return Array.from({ length: count }, (_, index) => ({
    weights: tensors[2 * index]!,
    alignment: tensors[2 * index + 1]!,
  }));
}
