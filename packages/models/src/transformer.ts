import { positionEmbedding } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import {
  type BlockConfig,
  block,
  blockFields,
  blockParameters,
  drop,
  normalizationParameters,
  normalize,
  shared,
} from './block.ts';
import { oneOf, strict, wholeNumber } from './fields.ts';
import { apply, embed, embeddingParameters, head, tokenInput } from './parts.ts';
import { embeddingFitsWidth, headsFitWidth, rowsMayBeRaw } from './rules.ts';
import { streamInitializer } from './stream-initializer.ts';

/** Config of the transformer. */
export const transformerSchema = strict({
  kind: z.literal('transformer'),
  vocabulary: wholeNumber(2),
  window: wholeNumber(1),
  ...blockFields,
  positions: oneOf(['learned', 'rotary', 'alibi', 'none'])
    .default('learned')
    .describe(
      'how the model knows where a token stands: a learned table added to the embedding, rotary q and k, ALiBi, or not',
    ),
  embedding: oneOf(['learned', 'one-hot'])
    .default('learned')
    .describe('table of tokens: learned, or frozen unit vectors'),
  seed: wholeNumber(0).default(0),
})
  .check(embeddingFitsWidth, headsFitWidth, rowsMayBeRaw)
  .transform((config) => ({ ...config, feedForward: config.feedForward ?? 4 * config.width }));

export type TransformerConfig = z.output<typeof transformerSchema>;

/** A causal decoder-only transformer with pre-norm blocks, every weight shared by all positions. */
export function buildTransformer(config: TransformerConfig): tf.LayersModel {
  const { window, depth, positions, seed } = config;
  const tokens = tokenInput(window);
  let x = embed(tokens, config); // [batch, window, width]
  if (positions === 'learned') {
    const initializer = streamInitializer({ seed, label: 'positions', distribution: 'normal', scale: 0.02 });
    x = apply(positionEmbedding({ initializer, name: 'positions' }), x);
  }
  x = drop(x, 'dropout', config);
  for (let index = 0; index < depth; index++) x = block(x, `block-${index}`, blockConfig(config));
  x = normalize(x, 'norm', config);
  return tf.model({ inputs: tokens, outputs: head(x, config), name: 'transformer' }); // [batch, window, vocabulary]
}

/**
 * E + P + depth · B + N + D·V + V, with V vocabulary, D width, T window, B and N of {@link blockParameters},
 * E = V·D if the embedding is learned, P = T·D if positions are, else 0.
 */
export function transformerParameters(config: TransformerConfig): number {
  const { vocabulary, window, width, depth, positions } = config;
  const table = positions === 'learned' ? window * width : 0;
  const blocks = depth * blockParameters(blockConfig(config));
  return (
    embeddingParameters(config) + table + blocks + normalizationParameters(config) + width * vocabulary + vocabulary
  );
}

function blockConfig(config: TransformerConfig): BlockConfig {
  const { positions } = config;
  return { ...config, positions: positions === 'learned' ? 'none' : positions, positionWise: shared };
}
