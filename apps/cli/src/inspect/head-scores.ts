import { attentionEntropy, effectivePaths, headRoles } from '@switchyard/attention';
import { captureHeads, patchHead } from '@switchyard/models';
import type { IndirectObjectTask, SequenceTask } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';

/** What one head does, on average over sequences; shares but for the entropy, which is in nats. */
export interface HeadScores {
  /** From 1. */
  readonly layer: number;
  readonly head: number;
  readonly negative: number;
  readonly copied: number;
  readonly deletedByWeight: number;
  readonly deletedByOutput: number;
  readonly kept: number;
  readonly entropy: number;
  /** Its part in the answer by direct paths; only of tasks that give sentences a counterpart. */
  readonly patched?: number;
}

/** The heads of a model, and what they do together. */
export interface HeadsReport {
  readonly heads: readonly HeadScores[];
  /** Mean number of effective paths from a token to the last one. */
  readonly effectivePaths: number;
}

/** Scores of every head on `count` sequences of the task. */
export async function scoreHeads(
  model: tf.LayersModel,
  task: SequenceTask,
  { seed, window, count }: { seed: number; window: number; count: number },
): Promise<HeadsReport> {
  const { tokens } = task.batch({ seed, index: 0, batchSize: count, window });
  const all = tf.tensor2d(tokens, [count, window + 1], 'int32');
  const inputs = tf.slice(all, [0, 0], [count, window]);
  const layers = captureHeads(model, inputs);
  try {
    const patches = hasCounterparts(task) ? patchedShares(model, task, tokens, inputs, layers) : undefined;
    const heads = layers.flatMap(({ weights, alignment }, layer) => {
      const { negative, copied, deletedByWeight, deletedByOutput, kept } = headRoles(weights, alignment);
      const entropy = tf.tidy(() => tf.mean(attentionEntropy(weights), [0, 2]));
      const columns = { negative, copied, deletedByWeight, deletedByOutput, kept, entropy };
      const values = Object.entries(columns).map(([name, tensor]) => [name, [...tensor.dataSync()]] as const);
      tf.dispose(Object.values(columns));
      return Array.from({ length: weights.shape[1] }, (_, head) => ({
        layer: layer + 1,
        head: head + 1,
        ...(Object.fromEntries(values.map(([name, list]) => [name, list[head]!])) as Omit<
          HeadScores,
          'layer' | 'head'
        >),
        ...(patches && { patched: patches[layer]![head]! }),
      }));
    });
    const paths = tf.tidy(() => {
      const all = effectivePaths(layers.map(({ weights }) => weights));
      return tf.mean(tf.slice(all, [0, window - 1, 0], [-1, 1, -1])).dataSync()[0]!;
    });
    return { heads, effectivePaths: paths };
  } finally {
    tf.dispose([all, inputs, layers.flatMap(({ weights, alignment }) => [weights, alignment])]);
  }
}

const hasCounterparts = (task: SequenceTask): task is IndirectObjectTask => 'counterpart' in task;

/**
 * For each head, the share of the way from the clean to the corrupted logit difference (answer minus the other name, mean over
 * sentences) that it brings about alone: 1 turns the answer around, below 0 works against it.
 */
function patchedShares(
  model: tf.LayersModel,
  task: IndirectObjectTask,
  tokens: Int32Array,
  clean: tf.Tensor2D,
  layers: readonly { readonly weights: tf.Tensor4D }[],
): number[][] {
  const [count, window] = clean.shape;
  const rows = Array.from({ length: count }, (_, row) => tokens.subarray(row * (window + 1), (row + 1) * (window + 1)));
  const others = rows.map((row) => task.counterpart(row));
  return tf.tidy(() => {
    const corrupted = tf.tensor2d(
      others.flatMap((row) => [...row.subarray(0, window)]),
      [count, window],
      'int32',
    );
    const [answers, rivals] = [rows, others].map((list) =>
      tf.tensor1d(
        list.map((row) => row[window]!),
        'int32',
      ),
    );
    const { size } = task.vocabulary;
    const sides = tf.sub(tf.oneHot(answers!, size, 1, 0, 'float32'), tf.oneHot(rivals!, size, 1, 0, 'float32'));
    const difference = (logits: tf.Tensor): number => {
      const last = tf.reshape(tf.slice(logits, [0, window - 1, 0], [-1, 1, -1]), [count, size]);
      return tf.mean(tf.sum(tf.mul(last, sides), -1)).dataSync()[0]!;
    };
    const [right, wrong] = [clean, corrupted].map((input) => difference(model.apply(input) as tf.Tensor));
    return layers.map(({ weights }, layer) =>
      Array.from({ length: weights.shape[1] }, (_, head) => {
        const patched = difference(patchHead(model, clean, corrupted, { layer, head }));
        return (patched - right!) / (wrong! - right!);
      }),
    );
  });
}
