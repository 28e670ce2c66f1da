import { createStream } from '@switchyard/random';
import type { SequenceTask } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';

/**
 * A task small enough to reason about: symbols 0 … 3 count up by one, and every fifth token is the control token 4,
 * after which counting starts anew at random. So control tokens and the tokens after them are unpredictable.
 */
export const countingTask: SequenceTask = {
  name: 'counting',
  vocabulary: { size: 5, symbols: 4, controls: 1, labels: ['0', '1', '2', '3', '|'] },
  ruleNames: ['even', 'odd'],
  batch({ seed, index, batchSize, window }) {
    const length = batchSize * (window + 1);
    const batch = {
      tokens: new Int32Array(length),
      rules: new Int8Array(length).fill(-1),
      visible: new Uint8Array(length),
      batchSize,
      window,
    };
    for (let row = 0; row < batchSize; row++) {
      const stream = createStream(seed).fork(index, row);
      const phase = stream.nextInt(5);
      let symbol = stream.nextInt(4);
      for (let position = 0; position <= window; position++) {
        const place = (position + phase) % 5;
        const at = row * (window + 1) + position;
        const predictable = place > 1 && position > 0;
        symbol = place === 1 ? stream.nextInt(4) : (symbol + 1) % 4;
        batch.tokens[at] = place === 0 ? 4 : symbol;
        if (!predictable) continue;
        batch.rules[at] = symbol % 2;
        batch.visible[at] = 1;
      }
    }
    return batch;
  },
  explain: (tokens) => Array.from(tokens, () => ''),
};

/** A model for `countingTask` with seeded weights: [batch, window] → [batch, window, 5], or [batch, 5]. */
export function tinyModel({ window = 6, lastOnly = false } = {}): tf.LayersModel {
  const model = tf.sequential();
  model.add(
    tf.layers.embedding({
      name: 'embedding',
      inputShape: [window],
      inputDim: 5,
      outputDim: 8,
      embeddingsInitializer: tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed: 1 }),
    }),
  );
  if (lastOnly) model.add(tf.layers.flatten());
  model.add(
    tf.layers.dense({
      name: 'hidden',
      units: 8,
      activation: 'relu',
      kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }),
    }),
  );
  model.add(
    tf.layers.dense({ name: 'logits', units: 5, kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }) }),
  );
  return model;
}

/** Every event of a run. */
export async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}
