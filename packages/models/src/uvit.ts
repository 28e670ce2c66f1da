import { dense, positionEmbedding } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { type BlockConfig, block, blockParameters, normalizationParameters, normalize, shared } from './block.ts';
import { oneOf, strict, wholeNumber } from './fields.ts';
import { apply, fanIn } from './parts.ts';
import { headsFitWidth, oneCondition, patchesFitImage, widthIsEven } from './rules.ts';
import { streamInitializer } from './stream-initializer.ts';
import { timeToken } from './time-token.ts';
import { tokenEmbedding } from './token-embedding.ts';
import { unpatch } from './unpatch.ts';

/** Config of the U-ViT. */
export const uvitSchema = strict({
  kind: z.literal('uvit'),
  image: wholeNumber(1).describe('height and width of the images'),
  channels: wholeNumber(1).describe('channels of the images'),
  classes: wholeNumber(0).default(0).describe('classes that a model is told, one token; 0 for none'),
  contextTokens: wholeNumber(0).default(0).describe('vectors that a model is told, one token each; 0 for none'),
  contextWidth: wholeNumber(0).default(0).describe('length of such a vector'),
  patch: wholeNumber(1).default(4).describe('height and width of a patch, which is one token'),
  width: wholeNumber(2).default(128).describe('length of the vectors that run through the blocks'),
  depth: wholeNumber(1).default(5).describe('⌊depth/2⌋ in-blocks, one middle block, ⌊depth/2⌋ out-blocks'),
  heads: wholeNumber(1).default(4).describe('attention heads of a block'),
  feedForward: wholeNumber(1).optional().describe('hidden units of the feed-forward part; 4 · width unless given'),
  attention: oneOf(['dpa', 'ea', 'cog', 'dpa-plus-one', 'signed-unit'])
    .default('cog')
    .describe('mechanism of all blocks but the first in-block and the last out-block, which keep softmax'),
  seed: wholeNumber(0).default(0),
})
  .check(headsFitWidth, widthIsEven, patchesFitImage, oneCondition)
  .transform((config) => ({ ...config, feedForward: config.feedForward ?? 4 * config.width }));

export type UvitConfig = z.output<typeof uvitSchema>;

/**
 * U-ViT, a transformer over the patches of a noisy image that predicts its noise [Bao et al. 2023], with Cog attention where
 * U-ViC has it [L24, PAPERS.md §3 (c)]. Inputs, in this order:
 *
 * - `images` [batch, image, image, channels], channels last;
 * - `timesteps` [batch, 1], any real numbers;
 * - with classes: `classes` int32 [batch, 1], ids below `classes`, or `classes` itself for "not told";
 * - with context: `context` [batch, contextTokens, contextWidth].
 *
 * Output: the noise, [batch, image, image, channels].
 *
 * Initial positions of N(0, 0.5²) and blocks that add little at first (gain 0.2) are ours: of the values tried, samples became
 * digits the soonest with them.
 *
 * A patch, the time, the class or a context vector make a token each; every token may attend to all. The class stands before the
 * time, the time before the context, as in the official models (c). Out-block i takes x·A + skip·B + b, with the output of
 * in-block ⌊depth/2⌋ − 1 − i, before it does what every block does.
 */
export function buildUvit(config: UvitConfig): tf.LayersModel {
  const { image, patch, channels, width, depth, seed } = config;
  const images = tf.input({ shape: [image, image, channels], name: 'images' });
  const timesteps = tf.input({ shape: [1], name: 'timesteps' });
  const time = apply(timeToken({ units: width, name: 'time' }), timesteps); // [batch, 1, width]
  const patches = patchTokens(images, config); // [batch, (image/patch)², width]
  const { inputs, tokens } = condition(time, patches, config);
  let x = apply(tf.layers.concatenate({ axis: 1, name: 'tokens' }), tokens); // [batch, window, width]
  const initializer = streamInitializer({ seed, label: 'positions', distribution: 'normal', scale: 0.5 });
  x = apply(positionEmbedding({ initializer, name: 'positions' }), x);

  const half = Math.floor(depth / 2);
  const skips: tf.SymbolicTensor[] = [];
  for (let index = 0; index < half; index++) {
    x = block(x, `in-${index}`, blockConfig(config, index === 0));
    skips.push(x);
  }
  x = block(x, 'middle', blockConfig(config, false));
  for (let index = 0; index < half; index++) {
    x = join(x, skips.pop()!, `out-${index}`, config);
    x = block(x, `out-${index}`, blockConfig(config, index === half - 1));
  }

  x = normalize(x, 'norm', layerNorm);
  const pixels = patch * patch * channels;
  x = apply(dense({ units: pixels, kernelInitializer: fanIn(seed, 'decoder', width), name: 'decoder' }), x);
  x = apply(unpatch({ image, patch, channels, name: 'image' }), x); // [batch, image, image, channels]
  const noise = convolution({ filters: channels, kernelSize: 3, padding: 'same' }, 'noise', 9 * channels, seed);
  return tf.model({ inputs: [images, timesteps, ...inputs], outputs: apply(noise, x), name: 'uvit' });
}

/**
 * (p²C·D + D) + C₀ + (n + (i/p)²)·D + (2⌊L/2⌋ + 1)·B + ⌊L/2⌋·(2D² + D) + 2D + (D·p²C + p²C) + (9C² + C) for patches, condition,
 * positions, blocks, skips, norm, decoder and convolution, with D width, L depth, i image, p patch, C channels, B of
 * {@link blockParameters}; C₀ = (classes + 1)·D or (contextWidth + 1)·D or 0, n = 1 + the tokens of the condition.
 */
export function uvitParameters(config: UvitConfig): number {
  const { patch, channels, width, depth, classes, contextTokens, contextWidth } = config;
  const pixels = patch * patch * channels;
  const half = Math.floor(depth / 2);
  const conditions = classes > 0 ? classes + 1 : contextTokens > 0 ? contextWidth + 1 : 0;
  return (
    pixels * width +
    width +
    conditions * width +
    uvitWindow(config) * width +
    (2 * half + 1) * blockParameters(blockConfig(config, false)) +
    half * (2 * width * width + width) +
    normalizationParameters({ ...layerNorm, width }) +
    width * pixels +
    pixels +
    9 * channels * channels +
    channels
  );
}

const layerNorm = { normalization: 'layer' } as const;

/** Tokens of all kinds. */
export function uvitWindow({ image, patch, classes, contextTokens }: UvitConfig): number {
  return 1 + (classes > 0 ? 1 : contextTokens) + (image / patch) ** 2;
}

/** A product of every patch, pixel by pixel, with one kernel. */
function patchTokens(images: tf.SymbolicTensor, config: UvitConfig): tf.SymbolicTensor {
  const { image, patch, channels, width, seed } = config;
  const options = { filters: width, kernelSize: patch, strides: patch };
  const grid = apply(convolution(options, 'patches', patch * patch * channels, seed), images);
  return apply(tf.layers.reshape({ targetShape: [(image / patch) ** 2, width], name: 'patch-tokens' }), grid);
}

/** What a model is told beside image and time, and all tokens in their order. */
function condition(
  time: tf.SymbolicTensor,
  patches: tf.SymbolicTensor,
  { classes, contextTokens, contextWidth, width, seed }: UvitConfig,
): { inputs: tf.SymbolicTensor[]; tokens: tf.SymbolicTensor[] } {
  if (classes > 0) {
    const input = tf.input({ shape: [1], dtype: 'int32', name: 'classes' });
    const token = apply(tokenEmbedding({ vocabulary: classes + 1, units: width, seed, name: 'class' }), input);
    return { inputs: [input], tokens: [token, time, patches] };
  }
  if (contextTokens > 0) {
    const input = tf.input({ shape: [contextTokens, contextWidth], name: 'context' });
    const kernelInitializer = fanIn(seed, 'context-tokens', contextWidth);
    const context = apply(dense({ units: width, kernelInitializer, name: 'context-tokens' }), input);
    return { inputs: [input], tokens: [time, context, patches] };
  }
  return { inputs: [], tokens: [time, patches] };
}

/** [x, skip]·W + b, a long skip connection. */
function join(x: tf.SymbolicTensor, skip: tf.SymbolicTensor, name: string, config: UvitConfig): tf.SymbolicTensor {
  const { width, seed } = config;
  const both = apply(tf.layers.concatenate({ axis: -1, name: `${name}/with-skip` }), [x, skip]);
  const kernelInitializer = fanIn(seed, `${name}/skip`, 2 * width);
  return apply(dense({ units: width, kernelInitializer, name: `${name}/skip` }), both);
}

function convolution(
  options: { filters: number; kernelSize: number; strides?: number; padding?: 'same' },
  name: string,
  inputs: number,
  seed: number,
): tf.layers.Layer {
  return tf.layers.conv2d({ ...options, kernelInitializer: fanIn(seed, name, inputs), name });
}

/** @param outer whether it is the first in-block or the last out-block */
function blockConfig(config: UvitConfig, outer: boolean): BlockConfig {
  const { width, heads, feedForward, attention, seed } = config;
  return {
    ...layerNorm,
    ...{ width, heads, feedForward, seed, window: uvitWindow(config), attention: outer ? 'dpa' : attention },
    ...{ causal: false, projectionsBias: false, activation: 'gelu' },
    ...{ positions: 'none', normalizeWeights: true, dropout: 0, positionWise: shared },
    outputGain: 0.2,
  };
}
