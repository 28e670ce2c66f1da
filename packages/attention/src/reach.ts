import * as tf from '@tensorflow/tfjs';
import { alibiSlopes } from './alibi.ts';
import { constant } from './constants.ts';
import type { Reach } from './options.ts';

/** Far below any logit, yet finite: a fully masked row stays free of NaN until it is cleared. */
const masked = -1e30;

/** What a softmax mechanism adds to its logits, and what clears rows that may attend to nothing. */
export interface AdditiveReach {
  biases: tf.Tensor[];
  clears: tf.Tensor[];
}

/** What expressive attention multiplies its logits with (0/1) and its unnormalised weights with (decay). */
export interface MultiplicativeReach {
  masks: tf.Tensor[];
  decays: tf.Tensor[];
}

export function additiveReach(reach: Reach): AdditiveReach {
  const biases: tf.Tensor[] = [];
  const clears: tf.Tensor[] = [];
  if (reach.alibi) biases.push(distanceTable('alibi bias', reach, (slope, distance) => -slope * distance));
  if (reach.mask) {
    const allowed = masksOf(reach).reduce((all, mask) => tf.mul(all, mask));
    biases.push(tf.mul(tf.sub(1, allowed), masked));
    clears.push(allowed);
  } else if (isRestricted(reach)) {
    biases.push(causalTable('causal bias', reach, masked, 0));
    // Only with more queries than keys are there queries before the first key.
    if (reach.queries > reach.keys) clears.push(causalMask(reach));
  }
  return { biases, clears };
}

export function multiplicativeReach(reach: Reach): MultiplicativeReach {
  const decay = (slope: number, distance: number): number => Math.exp(-slope * distance);
  return { masks: masksOf(reach), decays: reach.alibi ? [distanceTable('alibi decay', reach, decay)] : [] };
}

export function addAll(x: tf.Tensor4D, terms: tf.Tensor[]): tf.Tensor4D {
  return terms.reduce<tf.Tensor4D>((sum, term) => tf.add(sum, term), x);
}

export function multiplyAll(x: tf.Tensor4D, factors: tf.Tensor[]): tf.Tensor4D {
  return factors.reduce<tf.Tensor4D>((product, factor) => tf.mul(product, factor), x);
}

/** 0/1 tensors that all have to be 1 where a query may attend to a key. */
function masksOf(reach: Reach): tf.Tensor[] {
  const masks: tf.Tensor[] = [];
  if (isRestricted(reach)) masks.push(causalMask(reach));
  if (reach.mask) masks.push(tf.cast(reach.mask, 'float32'));
  return masks;
}

/** A single query is the last one and sees every key. */
function isRestricted({ causal, queries }: Reach): boolean {
  return causal && queries > 1;
}

function causalMask(reach: Reach): tf.Tensor {
  return causalTable('causal mask', reach, 0, 1);
}

// Constants have no batch axis (and no head axis where heads agree): elementwise kernels repeat trailing axes fastest.

/** [queries, keys] */
function causalTable(name: string, { queries, keys }: Reach, future: number, past: number): tf.Tensor {
  return constant(`${name} ${queries}×${keys}`, [queries, keys], (values) => {
    for (let index = 0; index < values.length; index++) {
      const position = Math.floor(index / keys) + keys - queries;
      values[index] = index % keys > position ? future : past;
    }
  });
}

/** [heads, queries, keys] */
function distanceTable(
  name: string,
  { heads, queries, keys }: Reach,
  value: (slope: number, distance: number) => number,
): tf.Tensor {
  return constant(`${name} ${heads}×${queries}×${keys}`, [heads, queries, keys], (values) => {
    const slopes = alibiSlopes(heads);
    for (let index = 0; index < values.length; index++) {
      const position = (Math.floor(index / keys) % queries) + keys - queries;
      const slope = slopes[Math.floor(index / (keys * queries))]!;
      values[index] = value(slope, Math.abs(position - (index % keys)));
    }
  });
}
