import { dense, documentStarts, gatedDense, multiHeadAttention, rmsNormalization } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { drop } from './block.ts';
import { flag, listOf, oneOf, positiveNumber, share, strict, wholeNumber } from './fields.ts';
import { apply, embed, fanIn, tokenInput } from './parts.ts';
import { headsTurn, layersFitDepth, rowsMayBeRawSomewhere, separatorIsToken } from './rules.ts';

const mechanism = () => oneOf(['dpa', 'ea', 'cog']);

/** Config of the Cogformer. */
export const cogformerSchema = strict({
  kind: z.literal('cogformer'),
  vocabulary: wholeNumber(2),
  window: wholeNumber(1),
  width: wholeNumber(1).default(128).describe('length of the vectors that run through the blocks'),
  depth: wholeNumber(0).default(6).describe('number of blocks'),
  heads: wholeNumber(1).default(4).describe('attention heads of a block'),
  feedForward: wholeNumber(1).optional().describe('hidden units of the feed-forward part; 3 · width unless given'),
  attention: mechanism().default('cog').describe('mechanism of the blocks between the first and the last'),
  ends: mechanism().default('dpa').describe('mechanism of the first and the last block'),
  layers: listOf(mechanism()).optional().describe('mechanism of every block, instead of attention and ends'),
  documentSeparator: wholeNumber(0)
    .optional()
    .describe('token that stands before every document: attention does not look past it'),
  scale: positiveNumber().optional().describe('factor on the scores q·k; 1/√head_dim unless given'),
  normalizeWeights: flag().default(true).describe('whether the rows of expressive attention are divided by their sum'),
  dropout: share()
    .default(0)
    .describe('share of the values set to 0 in training: of the embedding, and of what every block adds to it'),
  seed: wholeNumber(0).default(0),
})
  .check(headsTurn, layersFitDepth, rowsMayBeRawSomewhere, separatorIsToken)
  .transform((config) => ({ ...config, feedForward: config.feedForward ?? 3 * config.width }));

export type CogformerConfig = z.output<typeof cogformerSchema>;

/** The mechanism of every block: `layers`, or `ends` in the first and the last, `attention` in those between. */
function mechanismsOf({ depth, attention, ends, layers }: CogformerConfig): ('dpa' | 'ea' | 'cog')[] {
  return layers ?? Array.from({ length: depth }, (_, i) => (i === 0 || i === depth - 1 ? ends : attention));
}

/**
 * The Cogformer [L24, PAPERS.md §3 (c)], a causal decoder: blocks x + attention(norm(x)), x + ffn(norm(x)) with root-mean-square
 * norms (ε 1e-6), rotary positions (θ 10 000), no biases, ffn(x) = (silu(x·P) ⊙ x·G)·O; embedding and head untied; softmax in the
 * first and the last block, Cog between. With a `documentSeparator` the causal mask restarts at every separator, which is the first
 * token of the document behind it (r).
 */
export function buildCogformer(config: CogformerConfig): tf.LayersModel {
  const { vocabulary, window, width, documentSeparator, seed } = config;
  const tokens = tokenInput(window);
  const starts =
    documentSeparator === undefined
      ? undefined
      : apply(documentStarts({ separator: documentSeparator, name: 'document-starts' }), tokens);
  let x = embed(tokens, { vocabulary, width, embedding: 'learned', seed }); // [batch, window, width]
  x = drop(x, 'dropout', config);
  for (const [index, kind] of mechanismsOf(config).entries()) x = block(x, starts, `block-${index}`, kind, config);
  x = apply(rmsNormalization({ name: 'norm' }), x);
  const head = dense({
    units: vocabulary,
    useBias: false,
    kernelInitializer: fanIn(seed, 'head', width),
    name: 'head',
  });
  return tf.model({ inputs: tokens, outputs: apply(head, x), name: 'cogformer' }); // [batch, window, vocabulary]
}

/** x + attention(norm(x)), then x + ffn(norm(x)), both [batch, window, width]. */
function block(
  x: tf.SymbolicTensor,
  starts: tf.SymbolicTensor | undefined,
  name: string,
  kind: 'dpa' | 'ea' | 'cog',
  config: CogformerConfig,
): tf.SymbolicTensor {
  const { width, heads, feedForward, scale, normalizeWeights, seed } = config;
  const attention = multiHeadAttention({
    heads,
    mechanism: kind,
    positions: 'rotary',
    useBias: false,
    ...(kind === 'ea' ? { normalizeWeights } : {}),
    ...(scale === undefined ? {} : { scale }),
    projectionsInitializer: fanIn(seed, `${name}/attention/projections`, width),
    outputInitializer: fanIn(seed, `${name}/attention/output`, width),
    name: `${name}/attention`,
  });
  const hidden = gatedDense({
    units: feedForward,
    useBias: false,
    kernelInitializer: fanIn(seed, `${name}/feed-forward/hidden`, width),
    name: `${name}/feed-forward/hidden`,
  });
  const output = dense({
    units: width,
    useBias: false,
    kernelInitializer: fanIn(seed, `${name}/feed-forward/output`, feedForward),
    name: `${name}/feed-forward/output`,
  });
  const add = (a: tf.SymbolicTensor, b: tf.SymbolicTensor, part: string) =>
    tf.layers
      .add({ name: `${name}/${part}-sum` })
      .apply([a, drop(b, `${name}/${part}-dropout`, config)]) as tf.SymbolicTensor;
  const normal = apply(rmsNormalization({ name: `${name}/attention-norm` }), x);
  x = add(x, apply(attention, starts ? [normal, starts] : normal), 'attention');
  return add(
    x,
    apply(output, apply(hidden, apply(rmsNormalization({ name: `${name}/feed-forward-norm` }), x))),
    'feed-forward',
  );
}

/** 2·V·D + L·(4·D² + 3·D·F + 2·D) + D, with V vocabulary, D width, L depth, F feed-forward. */
export function cogformerParameters({ vocabulary, width, depth, feedForward }: CogformerConfig): number {
  const perBlock = 4 * width * width + 3 * width * feedForward + 2 * width;
  return 2 * vocabulary * width + depth * perBlock + width;
}
