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
} from './block.ts';
import { flag, oneOf, strict, wholeNumber } from './fields.ts';
import { embed, embeddingParameters, head, tokenInput } from './parts.ts';
import { embeddingFitsWidth, headsFitWidth, rowsMayBeRaw } from './rules.ts';

/** Config of the cisformer. */
export const cisformerSchema = strict({
  kind: z.literal('cisformer'),
  vocabulary: wholeNumber(2),
  window: wholeNumber(1),
  ...blockFields,
  /** Which weights of a block are indexed by position: all, unless said otherwise. */
  positionWise: strict({
    projections: flag().default(true).describe('query, key and value weights of every position'),
    output: flag().default(true).describe('output projection of every position'),
    feedForward: flag().default(true).describe('feed-forward weights of every position'),
    normalization: flag().default(true).describe('normalisation gains of every position'),
  }).prefault({}),
  embedding: oneOf(['learned', 'one-hot'])
    .default('learned')
    .describe('table of tokens: learned, or frozen unit vectors'),
  seed: wholeNumber(0).default(0),
})
  .check(embeddingFitsWidth, headsFitWidth, rowsMayBeRaw)
  .transform((config) => ({ ...config, feedForward: config.feedForward ?? 4 * config.width }));

export type CisformerConfig = z.output<typeof cisformerSchema>;

/**
 * The non-translational-invariant counterpart of the transformer [G25] (p): every weight of a block is indexed by window
 * position (r: query, key, value and output projections, feed-forward kernels and biases, normalisation gains), embedding,
 * final norm and head are shared, and there is no positional encoding. Its parameters grow with the window.
 */
export function buildCisformer(config: CisformerConfig): tf.LayersModel {
  const { window, depth } = config;
  const tokens = tokenInput(window);
  let x = embed(tokens, config); // [batch, window, width]
  x = drop(x, 'dropout', config);
  for (let index = 0; index < depth; index++) x = block(x, `block-${index}`, blockConfig(config));
  x = normalize(x, 'norm', config);
  return tf.model({ inputs: tokens, outputs: head(x, config), name: 'cisformer' }); // [batch, window, vocabulary]
}

/**
 * E + depth · B + N + D·V + V, with V vocabulary, D width, B and N of {@link blockParameters}, E = V·D if the embedding is
 * learned, else 0. With every weight position-wise B is the window times the block of a transformer.
 */
export function cisformerParameters(config: CisformerConfig): number {
  const { vocabulary, width, depth } = config;
  const blocks = depth * blockParameters(blockConfig(config));
  return embeddingParameters(config) + blocks + normalizationParameters(config) + width * vocabulary + vocabulary;
}

function blockConfig(config: CisformerConfig): BlockConfig {
  return { ...config, positions: 'none' };
}
