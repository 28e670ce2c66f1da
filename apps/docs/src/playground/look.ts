import { MultiHeadAttention } from '@switchyard/attention';
import { captureAttention } from '@switchyard/models';
import type { SequenceTask } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';
import type { AttentionReply, Look, LookReply } from './messages.ts';

/** What a model makes of one sequence: predictions, attention, and the weights of one unit. */
export async function lookInto(
  model: tf.LayersModel,
  task: SequenceTask,
  window: number,
  { sample, weight, unit }: Look,
  step: number,
): Promise<LookReply> {
  const batch = task.batch({ seed: 'playground', index: sample, batchSize: 1, window });
  const tokens = Int32Array.from(batch.tokens);
  const input = tf.tensor2d(tokens.subarray(0, window), [1, window], 'int32');
  try {
    return {
      ...{ type: 'look', step, sample, tokens, explanations: task.explain(tokens) },
      ...{ rules: Int8Array.from(batch.rules), visible: Uint8Array.from(batch.visible) },
      ...(await predict(model, input, window)),
      attention: await attentionOf(model, input, window),
      unit: await unitOf(model, weight, unit),
    };
  } finally {
    input.dispose();
  }
}

/** The most likely token at every position, with its probability; −1 where the model says nothing. */
async function predict(model: tf.LayersModel, input: tf.Tensor2D, window: number) {
  const { best, share } = tf.tidy(() => {
    const logits = model.apply(input) as tf.Tensor;
    const shares = tf.softmax(logits.reshape([-1, logits.shape.at(-1)!])); // [positions, vocabulary]
    return { best: shares.argMax(-1), share: shares.max(-1) };
  });
  const [ids, ofIds] = await Promise.all([best.data<'int32'>(), share.data<'float32'>()]);
  tf.dispose([best, share]);
  const predictions = new Int32Array(window + 1).fill(-1);
  const probabilities = new Float32Array(window + 1);
  predictions.set(ids, window + 1 - ids.length);
  probabilities.set(ofIds, window + 1 - ids.length);
  return { predictions, probabilities };
}

async function attentionOf(model: tf.LayersModel, input: tf.Tensor2D, window: number): Promise<AttentionReply | null> {
  if (!model.layers.some((layer) => layer instanceof MultiHeadAttention)) return null;
  const layers = captureAttention(model, input);
  const heads = layers[0]!.shape[1];
  const weights = new Float32Array(layers.length * heads * window * window);
  for (const [index, layer] of layers.entries()) {
    weights.set(await layer.data<'float32'>(), index * heads * window * window);
  }
  tf.dispose(layers);
  return { layers: layers.length, heads, window, weights };
}

/** The weights that lead into one unit of a tensor [inputs, units] or [positions, inputs, units]; a vector is one row. */
async function unitOf(model: tf.LayersModel, weight: number, unit: number): Promise<LookReply['unit']> {
  const variable = model.weights[Math.min(weight, model.weights.length - 1)]!.read();
  const { shape } = variable;
  const units = shape.length < 2 ? 1 : shape.at(-1)!;
  const columns = shape.length < 2 ? variable.size : shape.at(-2)!;
  const rows = variable.size / units / columns;
  const all = await variable.data<'float32'>();
  const chosen = Math.min(unit, units - 1);
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, (_, at) => all[at * units + chosen]!) };
}
