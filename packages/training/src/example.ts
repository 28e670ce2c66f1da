import type { Batch } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';

/** Which positions of a window count as targets. A model that answers for the last position only is always `last`. */
export type Positions = 'all' | 'last';

/** A batch as a model takes it: inputs, and one target for every answer. */
export interface Example {
  readonly window: number;
  readonly tokens: Int32Array; // [batch, window]
  readonly targets: Int32Array; // [batch, targetsPerRow]
  /** 1 where the target counts: it is predictable and among the positions asked for. */
  readonly mask: Float32Array; // [batch, targetsPerRow]
  /** Rule of each target, −1 where it does not count. */
  readonly rules: Int8Array; // [batch, targetsPerRow]
  /** 1 where the target follows from tokens inside the window. */
  readonly visible: Uint8Array; // [batch, targetsPerRow]
}

/**
 * Splits a batch into inputs tokens[:, :-1] and targets tokens[:, 1:].
 *
 * @param lastOnly the model maps to [batch, vocabulary]: one target per row
 */
export function toExample(batch: Batch, positions: Positions, lastOnly: boolean): Example {
  const { batchSize, window } = batch;
  const targetsPerRow = lastOnly ? 1 : window;
  const count = batchSize * targetsPerRow;
  const example: Example = {
    window,
    tokens: new Int32Array(batchSize * window),
    targets: new Int32Array(count),
    mask: new Float32Array(count),
    rules: new Int8Array(count).fill(-1),
    visible: new Uint8Array(count),
  };
  for (let row = 0; row < batchSize; row++) {
    const start = row * (window + 1);
    example.tokens.set(batch.tokens.subarray(start, start + window), row * window);
    for (let position = 0; position < targetsPerRow; position++) {
      const source = start + window + 1 - targetsPerRow + position;
      const target = row * targetsPerRow + position;
      example.targets[target] = batch.tokens[source]!;
      const counts = batch.rules[source]! >= 0 && (positions === 'all' || position === targetsPerRow - 1);
      if (!counts) continue;
      example.mask[target] = 1;
      example.rules[target] = batch.rules[source]!;
      example.visible[target] = batch.visible[source]!;
    }
  }
  return example;
}

/** The targets of examples that count. */
export function scoredTokens(examples: readonly Example[]): number[] {
  return examples.flatMap(({ targets, rules }) => [...targets.filter((_, index) => rules[index]! >= 0)]);
}

/** The inputs of a model and of its loss: tokens int32 [batch, window], targets int32 and mask float32, both flat. */
export function exampleTensors({ window, tokens, targets, mask }: Example) {
  return {
    tokens: tf.tensor2d(tokens, [tokens.length / window, window], 'int32'),
    targets: tf.tensor1d(targets, 'int32'),
    mask: tf.tensor1d(mask),
  };
}
