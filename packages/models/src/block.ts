import {
  dense,
  layerNormalization,
  type Mechanism,
  multiHeadAttention,
  positionWiseDense,
  rmsNormalization,
} from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { dropout } from './dropout.ts';
import { flag, oneOf, positiveNumber, share, wholeNumber } from './fields.ts';
import { apply, fanIn } from './parts.ts';

// The block that transformer and cisformer stack. In the cisformer its weights are indexed by position.

/** Keys of a config that shape the blocks. */
export const blockFields = {
  width: wholeNumber(1).default(32).describe('length of the vectors that run through the blocks'),
  depth: wholeNumber(0).default(2).describe('number of blocks'),
  heads: wholeNumber(1).default(1).describe('attention heads of a block'),
  feedForward: wholeNumber(1).optional().describe('hidden units of the feed-forward part; 4 · width unless given'),
  attention: oneOf(['dpa', 'ea', 'cog', 'dpa-plus-one', 'signed-unit'])
    .default('dpa')
    .describe(
      'mechanism: dot-product, expressive or cog attention; controls: softmax with 1 in the denominator, signed rows of sum 1',
    ),
  normalization: oneOf(['layer', 'rms', 'none'])
    .default('layer')
    .describe('what stands before attention, feed-forward and head'),
  scale: positiveNumber().optional().describe('factor on the scores q·k; 1/√head_dim unless given'),
  normalizeWeights: flag().default(true).describe('whether the rows of expressive attention are divided by their sum'),
  dropout: share()
    .default(0)
    .describe('share of the values set to 0 in training: of the embedding, and of what every block adds to it'),
};

/** Which weights of a block there are once per position. */
interface PositionWise {
  readonly projections: boolean;
  readonly output: boolean;
  readonly feedForward: boolean;
  readonly normalization: boolean;
}

export const shared: PositionWise = { projections: false, output: false, feedForward: false, normalization: false };

export interface BlockConfig {
  readonly width: number;
  readonly window: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly attention: Mechanism;
  readonly positions: 'rotary' | 'alibi' | 'none';
  readonly normalization: 'layer' | 'rms' | 'none';
  readonly normalizeWeights: boolean;
  readonly scale?: number | undefined;
  readonly dropout: number;
  readonly seed: number;
  readonly positionWise: PositionWise;
  /** Tokens attend to earlier ones only. Default true. */
  readonly causal?: boolean;
  /** Whether queries, keys and values have biases. Default true. */
  readonly projectionsBias?: boolean;
  /** Of the initial kernels that make what attention and feed-forward part add. Default 1. */
  readonly outputGain?: number;
  /** Of the feed-forward part. Default 'relu'. */
  readonly activation?: 'relu' | 'gelu';
}

/** x + attention(norm(x)), then x + feedForward(norm(x)), both [batch, window, width]; what is added goes through dropout. */
export function block(x: tf.SymbolicTensor, name: string, config: BlockConfig): tf.SymbolicTensor {
  const perPosition = config.positionWise.normalization;
  const attended = attend(normalize(x, `${name}/attention-norm`, config, perPosition), `${name}/attention`, config);
  x = add(x, drop(attended, `${name}/attention-dropout`, config), `${name}/attention-sum`);
  const fed = feed(normalize(x, `${name}/feed-forward-norm`, config, perPosition), `${name}/feed-forward`, config);
  return add(x, drop(fed, `${name}/feed-forward-dropout`, config), `${name}/feed-forward-sum`);
}

/** Dropout where the config has some. */
export function drop(
  x: tf.SymbolicTensor,
  name: string,
  { dropout: rate, seed }: Pick<BlockConfig, 'dropout' | 'seed'>,
): tf.SymbolicTensor {
  return rate === 0 ? x : apply(dropout({ rate, seed, name }), x);
}

export function normalize(
  x: tf.SymbolicTensor,
  name: string,
  { normalization }: Pick<BlockConfig, 'normalization'>,
  positionWise = false,
): tf.SymbolicTensor {
  if (normalization === 'none') return x;
  const layer = normalization === 'layer' ? layerNormalization : rmsNormalization;
  return apply(layer({ positionWise, name }), x);
}

function attend(x: tf.SymbolicTensor, name: string, config: BlockConfig): tf.SymbolicTensor {
  const { width, heads, attention, positions, positionWise, normalizeWeights, scale, seed } = config;
  const { causal = true, projectionsBias = true, outputGain } = config;
  const layer = multiHeadAttention({
    heads,
    mechanism: attention,
    positions,
    causal,
    useBias: projectionsBias || { projections: false },
    positionWise: { projections: positionWise.projections, output: positionWise.output },
    ...(attention === 'ea' ? { normalizeWeights } : {}),
    ...(scale === undefined ? {} : { scale }),
    projectionsInitializer: fanIn(seed, `${name}/projections`, width),
    outputInitializer: fanIn(seed, `${name}/output`, width, outputGain),
    name,
  });
  return apply(layer, x);
}

/** activation(x·A + a)·B + b */
function feed(x: tf.SymbolicTensor, name: string, config: BlockConfig): tf.SymbolicTensor {
  const { width, feedForward, positionWise, activation = 'relu', outputGain, seed } = config;
  const layer = positionWise.feedForward ? positionWiseDense : dense;
  const hidden = layer({
    units: feedForward,
    activation,
    kernelInitializer: fanIn(seed, `${name}/hidden`, width),
    name: `${name}/hidden`,
  });
  const output = layer({
    units: width,
    kernelInitializer: fanIn(seed, `${name}/output`, feedForward, outputGain),
    name: `${name}/output`,
  });
  return apply(output, apply(hidden, x));
}

function add(x: tf.SymbolicTensor, y: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return tf.layers.add({ name }).apply([x, y]) as tf.SymbolicTensor;
}

/**
 * Parameters of one block: (3D² + 3D) + (D² + D) + (2·D·F + F + D) + 2·N for projections (3D² without biases), output,
 * feed-forward and the two normalisations, each term times the window T if it is position-wise; D width, F feed-forward, N as
 * in {@link normalizationParameters}.
 */
export function blockParameters(config: BlockConfig): number {
  const { width, feedForward, window, positionWise, projectionsBias = true } = config;
  const times = (perPosition: boolean) => (perPosition ? window : 1);
  const projections = 3 * width * width + (projectionsBias ? 3 * width : 0);
  const output = width * width + width;
  const dense = 2 * width * feedForward + feedForward + width;
  return (
    times(positionWise.projections) * projections +
    times(positionWise.output) * output +
    times(positionWise.feedForward) * dense +
    times(positionWise.normalization) * 2 * normalizationParameters(config)
  );
}

/** N: 2D (gain and shift) for layer, D (gain) for rms, 0 for none. */
export function normalizationParameters({
  normalization,
  width,
}: Pick<BlockConfig, 'normalization' | 'width'>): number {
  return { layer: 2, rms: 1, none: 0 }[normalization] * width;
}
