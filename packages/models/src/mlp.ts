import { dense } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { strict, wholeNumber } from './fields.ts';
import { apply, fanIn, head, tokenInput } from './parts.ts';
import { tokenDense } from './token-dense.ts';

/** Config of the MLP. */
export const mlpSchema = strict({
  kind: z.literal('mlp'),
  vocabulary: wholeNumber(2),
  window: wholeNumber(1),
  width: wholeNumber(1).default(256).describe('units of every hidden layer'),
  depth: wholeNumber(1).default(2).describe('hidden layers'),
  seed: wholeNumber(0).default(0),
});

export type MlpConfig = z.output<typeof mlpSchema>;

/** A plain MLP over the whole window [G25] (p): one-hot tokens side by side, hidden ReLU layers, logits of the last position. */
export function buildMlp(config: MlpConfig): tf.LayersModel {
  const { vocabulary, window, width, depth, seed } = config;
  const tokens = tokenInput(window);
  const options = { units: width, activation: 'relu' } as const;
  let x = apply(tokenDense({ ...options, vocabulary, seed, name: 'hidden-0' }), tokens); // [batch, width]
  for (let index = 1; index < depth; index++) {
    const name = `hidden-${index}`;
    x = apply(dense({ ...options, kernelInitializer: fanIn(seed, name, width), name }), x);
  }
  return tf.model({ inputs: tokens, outputs: head(x, config), name: 'mlp' }); // [batch, vocabulary]
}

/** T·V·W + W + (depth − 1)(W² + W) + W·V + V, with T window, V vocabulary, W width. */
export function mlpParameters({ vocabulary, window, width, depth }: MlpConfig): number {
  const first = window * vocabulary * width + width;
  const others = (depth - 1) * (width * width + width);
  return first + others + width * vocabulary + vocabulary;
}
