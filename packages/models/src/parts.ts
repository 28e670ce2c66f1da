import { dense, type Initializer } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { oneHot } from './one-hot.ts';
import { streamInitializer } from './stream-initializer.ts';
import { tokenEmbedding } from './token-embedding.ts';

// The ends that all models share: tokens in, embedding, head. Every weight is named after its place in the model.

/** Apply a layer to symbolic tensors. */
export function apply(layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor {
  return layer.apply(x) as tf.SymbolicTensor;
}

/** The input of a model: token ids, int32 [batch, window]. */
export function tokenInput(window: number): tf.SymbolicTensor {
  return tf.input({ shape: [window], dtype: 'int32', name: 'tokens' });
}

/** N(0, gain² / inputs): with gain 1, the default, a kernel with this many inputs keeps the variance of what it passes on. */
export function fanIn(seed: number, label: string, inputs: number, gain = 1): Initializer {
  return streamInitializer({ seed, label, distribution: 'normal', scale: gain / Math.sqrt(inputs) });
}

interface EmbeddingConfig {
  readonly vocabulary: number;
  readonly width: number;
  readonly embedding: 'learned' | 'one-hot';
  readonly seed: number;
}

/**
 * [batch, window] → [batch, window, width]. `learned`: a row of N(0, 1) for every token; `one-hot`: the token's unit
 * vector, frozen, its tail of width − vocabulary zeros.
 */
export function embed(tokens: tf.SymbolicTensor, config: EmbeddingConfig): tf.SymbolicTensor {
  if (config.embedding === 'one-hot') return apply(oneHot({ depth: config.width, name: 'one-hot' }), tokens);
  return learned(tokens, config, 'rows');
}

/** What `lstmLayer` takes instead of {@link embed}: the tokens, and the table if it is learned. */
export function tokensAndTable(tokens: tf.SymbolicTensor, config: EmbeddingConfig): tf.SymbolicTensor[] {
  return config.embedding === 'one-hot' ? [tokens] : [tokens, learned(tokens, config, 'table')];
}

function learned(
  tokens: tf.SymbolicTensor,
  { vocabulary, width, seed }: EmbeddingConfig,
  output: 'rows' | 'table',
): tf.SymbolicTensor {
  return apply(tokenEmbedding({ vocabulary, units: width, seed, name: 'embedding', output }), tokens);
}

/** Parameters of {@link embed}: vocabulary · width when learned, none when one-hot. */
export function embeddingParameters({ vocabulary, width, embedding }: EmbeddingConfig): number {
  return embedding === 'learned' ? vocabulary * width : 0;
}

/** Logits, [..., width] → [..., vocabulary]: a linear layer with bias. */
export function head(
  x: tf.SymbolicTensor,
  { vocabulary, width, seed }: Omit<EmbeddingConfig, 'embedding'>,
): tf.SymbolicTensor {
  const kernelInitializer = fanIn(seed, 'head', width);
  return apply(dense({ units: vocabulary, kernelInitializer, name: 'head' }), x);
}
