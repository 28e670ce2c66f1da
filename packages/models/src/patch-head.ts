import * as tf from '@tensorflow/tfjs';
import { attentionLayers, passWith } from './attention-layers.ts';
import { ModelError } from './errors.ts';

/** Which head is patched. */
export interface PatchOptions {
  /** Number of the attention layer, from 0. */
  readonly layer: number;
  readonly head: number;
  /**
   * `direct`: the heads of later layers stay as they were on the clean tokens, so that what arrives went past them (path
   * patching); `all`: they see the change (activation patching). Default 'direct'.
   */
  readonly paths?: 'direct' | 'all';
}

/**
 * Path patching of one head: the logits for the clean tokens, where that head gives what it gives for the corrupted ones.
 * Feed-forward parts and norms are computed anew. (After Wang et al. 2022, "Interpretability in the wild", arXiv 2211.00593;
 * (r) for the models here.) How much of the difference between the logits of clean and corrupted tokens it brings about is the
 * head's part in it.
 *
 * @param clean int32 [batch, window]
 * @param corrupted the same shape
 * @returns the model's output
 * @throws ModelError `SWITCHYARD_MODEL_INPUT` if the model has no such head
 */
export function patchHead(
  model: tf.LayersModel,
  clean: tf.Tensor2D,
  corrupted: tf.Tensor2D,
  { layer: patched, head, paths = 'direct' }: PatchOptions,
): tf.Tensor {
  const layers = attentionLayers(model);
  const heads = layers[patched]?.heads ?? 0;
  if (!Number.isInteger(head) || head < 0 || head >= heads) {
    throw new ModelError(
      'SWITCHYARD_MODEL_INPUT',
      `Model '${model.name}' has no head ${head} in layer ${patched}: it has ${layers.length} layers of ${layers[0]!.heads} heads`,
    );
  }
  const [before, other] = [headOutputs(model, clean), headOutputs(model, corrupted)];
  const logits = tf.tidy(() => {
    const chosen = tf.tensor4d(
      Array.from({ length: heads }, (_, index) => Number(index === head)),
      [1, heads, 1, 1],
    );
    return passWith(model, clean, (layer, inputs, index) => {
      if (index < patched || (index > patched && paths === 'all')) return layer.combine(layer.headOutputs(inputs));
      if (index > patched) return layer.combine(before[index]!);
      const replaced = tf.add(tf.mul(before[index]!, tf.sub(1, chosen)), tf.mul(other[index]!, chosen));
      return layer.combine(replaced as tf.Tensor4D);
    });
  });
  tf.dispose([before, other]);
  return logits;
}

/** What the heads of every layer give for these tokens; kept, because what is made inside a pass goes with it. */
function headOutputs(model: tf.LayersModel, tokens: tf.Tensor2D): tf.Tensor4D[] {
  const outputs: tf.Tensor4D[] = [];
  tf.tidy(() => {
    passWith(model, tokens, (layer, inputs) => {
      const own = tf.keep(layer.headOutputs(inputs));
      outputs.push(own);
      return layer.combine(own);
    });
  });
  return outputs;
}
