import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { oneOf, strict, wholeNumber } from './fields.ts';
import { lstmLayer } from './lstm-layer.ts';
import { apply, embeddingParameters, head, tokenInput, tokensAndTable } from './parts.ts';
import { embeddingFitsWidth } from './rules.ts';

/** Config of the LSTM. */
export const lstmSchema = strict({
  kind: z.literal('lstm'),
  vocabulary: wholeNumber(2),
  window: wholeNumber(1),
  width: wholeNumber(1).default(96).describe('length of the embedding and of the hidden states'),
  depth: wholeNumber(1).default(1).describe('layers, one on the hidden states of the other'),
  embedding: oneOf(['learned', 'one-hot'])
    .default('learned')
    .describe('table of tokens: learned, or frozen unit vectors'),
  seed: wholeNumber(0).default(0),
}).check(embeddingFitsWidth);

export type LstmConfig = z.output<typeof lstmSchema>;

/** Embedding, LSTM layers from a zero state, linear head. */
export function buildLstm(config: LstmConfig): tf.LayersModel {
  const { window, width, depth, seed } = config;
  const tokens = tokenInput(window);
  const oneHot = config.embedding === 'one-hot' ? width : undefined;
  const first = lstmLayer({ units: width, seed, name: 'lstm-0', oneHot });
  let x = apply(first, tokensAndTable(tokens, config)); // [batch, window, width]
  for (let index = 1; index < depth; index++) {
    x = apply(lstmLayer({ units: width, seed, name: `lstm-${index}` }), x);
  }
  return tf.model({ inputs: tokens, outputs: head(x, config), name: 'lstm' }); // [batch, window, vocabulary]
}

/** E + depth · (8W² + 4W) + W·V + V, with W width, V vocabulary, and E = V·W if the embedding is learned, else 0. */
export function lstmParameters(config: LstmConfig): number {
  const { vocabulary, width, depth } = config;
  return embeddingParameters(config) + depth * (8 * width * width + 4 * width) + width * vocabulary + vocabulary;
}
