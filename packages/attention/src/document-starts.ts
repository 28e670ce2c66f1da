import * as tf from '@tensorflow/tfjs';
import { constant } from './constants.ts';
import { AttentionError, formatShape } from './errors.ts';

/**
 * Where the document of every token begins: start[b, i] is the last place j ≤ i with tokens[b, j] = separator, or 0. A separator is
 * the first token of the document that follows it (r: official code restarts the mask at each document start, PAPERS.md §3 (c);
 * that the separator belongs to what follows is our reading).
 *
 * @param tokens int32 [batch, window]
 * @param separator the token that stands before every document
 * @returns whole numbers, float32 [batch, window]
 * @throws AttentionError when tokens are not [batch, window]
 */
export function documentStarts(tokens: tf.Tensor2D, separator: number): tf.Tensor2D {
  if (tokens.rank !== 2) {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_SHAPE',
      `tokens ${formatShape(tokens.shape)}: must be [batch, window]`,
    );
  }
  const [batch, window] = tokens.shape;
  return tf.tidy(() => {
    // tfjs has no running maximum: it is that of each row of a triangle.
    const places = constant(`document places ${window}`, [window, window], (values) => {
      for (let i = 0; i < window; i++) for (let j = 0; j <= i; j++) values[i * window + j] = j;
    });
    const separates = tf.cast(tf.equal(tf.cast(tokens, 'float32'), separator), 'float32');
    return tf.max(tf.mul(places, tf.reshape(separates, [batch, 1, window])), -1) as tf.Tensor2D;
  });
}

/**
 * The mask that keeps attention within documents: 1 where the key stands at or behind the start of the query's document.
 *
 * @param starts [batch, window], see `documentStarts`
 * @returns [batch, 1, window, window], to be combined with causality
 */
export function documentMask(starts: tf.Tensor2D): tf.Tensor4D {
  const [batch, window] = starts.shape;
  return tf.tidy(() => {
    const keys = constant(`document keys ${window}`, [window], (values) => {
      for (let j = 0; j < window; j++) values[j] = j;
    });
    const from = tf.reshape(starts, [batch, 1, window, 1]);
    return tf.cast(tf.greaterEqual(keys, from), 'float32') as tf.Tensor4D;
  });
}
