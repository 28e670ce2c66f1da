import type * as tf from '@tensorflow/tfjs';
import { AttentionError, formatShape } from './errors.ts';

/** Options of every attention function. */
export interface AttentionOptions {
  /**
   * Query i attends to keys j ≤ i + keys − queries only: the last query is aligned with the last key. Default false.
   */
  causal?: boolean;
  /** Factor s of the logits z = s·(q·k). Default 1/√head_dim. */
  scale?: number;
  /**
   * Boolean or 0/1 tensor broadcastable to [batch, heads, queries, keys]: 1 where the query may attend to the key.
   * Combined with `causal` by "and". A query that may attend to nothing gets weights 0 and output 0. No gradient
   * flows to the mask.
   */
  mask?: tf.Tensor;
  /** Distance penalty with slopes 2^(−8(h+1)/heads) (see `alibiSlopes`). Default false. */
  alibi?: boolean;
}

/** Which keys each query reaches: sizes and options of one call, checked. */
export interface Reach {
  heads: number;
  queries: number;
  keys: number;
  scale: number;
  causal: boolean;
  alibi: boolean;
  mask: tf.Tensor | undefined;
}

/**
 * Checks the shapes of query and key, and fills in the defaults.
 *
 * @throws AttentionError when a shape or the scale breaks its rule
 */
export function resolveReach(query: tf.Tensor4D, key: tf.Tensor4D, options: AttentionOptions): Reach {
  const { causal = false, alibi = false, mask } = options;
  if (query.rank !== 4 || key.rank !== 4) {
    throw shapeError(`query ${formatShape(query.shape)} and key ${formatShape(key.shape)}`, 'both must have rank 4');
  }
  const [batch, heads, queries, width] = query.shape;
  const [keyBatch, keyHeads, keys, keyWidth] = key.shape;
  if (batch !== keyBatch || heads !== keyHeads || width !== keyWidth) {
    throw shapeError(
      `query ${formatShape(query.shape)} and key ${formatShape(key.shape)}`,
      'batch, heads and head_dim must be equal',
    );
  }
  const scale = options.scale ?? 1 / Math.sqrt(width);
  if (!Number.isFinite(scale)) {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_OPTION',
      `scale ${scale}: must be a finite number; leave it out for 1/√head_dim`,
    );
  }
  if (mask) checkBroadcast(mask.shape, [batch, heads, queries, keys]);
  return { heads, queries, keys, scale, causal, alibi, mask };
}

/**
 * Checks that there is one value for each key.
 *
 * @throws AttentionError when value does not fit key
 */
export function checkValue(key: tf.Tensor4D, value: tf.Tensor4D): void {
  if (value.rank !== 4 || key.shape.slice(0, 3).some((size, axis) => size !== value.shape[axis])) {
    throw shapeError(
      `key ${formatShape(key.shape)} and value ${formatShape(value.shape)}`,
      'batch, heads and keys must be equal',
    );
  }
}

function checkBroadcast(shape: number[], target: number[]): void {
  const offset = target.length - shape.length;
  if (offset < 0 || shape.some((size, axis) => size !== 1 && size !== target[axis + offset])) {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_SHAPE',
      `mask ${formatShape(shape)}: must broadcast to [batch, heads, queries, keys] = ${formatShape(target)}`,
    );
  }
}

function shapeError(received: string, rule: string): AttentionError {
  return new AttentionError(
    'SWITCHYARD_ATTENTION_SHAPE',
    `${received}: ${rule}; the layout is [batch, heads, tokens, head_dim]`,
  );
}
