import { createStream } from '@switchyard/random';
import { type ImageSet, imagesAt, shuffled } from './image-set.ts';

export interface ImageBatch {
  /** [batchSize, size, size, channels], in [−1, 1] */
  readonly images: Float32Array;
  /** [batchSize] */
  readonly labels: Uint16Array;
}

export interface ImageBatchOptions {
  readonly seed: number;
  /** Number of the batch, from 0. */
  readonly index: number;
  readonly batchSize: number;
}

/**
 * A batch of a set, a function of its arguments alone: batches follow each other through passes over all images, each pass
 * in an order of its own that is drawn from the seed.
 */
export function imageBatch(set: ImageSet, { seed, index, batchSize }: ImageBatchOptions): ImageBatch {
  const count = set.labels.length;
  const places = Array.from({ length: batchSize }, (_, row) => {
    const place = index * batchSize + row;
    return orderOf(count, seed, Math.floor(place / count))[place % count]!;
  });
  return { images: imagesAt(set, places), labels: Uint16Array.from(places, (place) => set.labels[place]!) };
}

/** The orders that were asked for last; they only save time. */
const orders = new Map<string, readonly number[]>();

function orderOf(count: number, seed: number, pass: number): readonly number[] {
  const key = `${count} ${seed} ${pass}`;
  let order = orders.get(key);
  if (!order) {
    order = shuffled([...Array(count).keys()], createStream(seed).fork('images', pass));
    if (orders.size > 3) orders.delete(orders.keys().next().value!);
    orders.set(key, order);
  }
  return order;
}
