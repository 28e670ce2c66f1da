import { streamInitializer } from '@switchyard/models';
import { createStream } from '@switchyard/random';
import * as tf from '@tensorflow/tfjs';
import type { ImageSet } from '../src/image-set.ts';

/** Images of 4 × 4 pixels: class `left` is bright on its left half, class `right` on its right one; both are noisy. */
export function tinyImages(perClass = 40): ImageSet {
  const stream = createStream('tiny images');
  const labels = Uint16Array.from({ length: 2 * perClass }, (_, i) => i % 2);
  const pixels = Uint8Array.from({ length: labels.length * 16 }, (_, i) => {
    const bright = i % 4 < 2 === (labels[i >> 4] === 0);
    return (bright ? 200 : 20) + stream.nextInt(36);
  });
  return { name: 'halves', size: 4, channels: 1, classes: ['left', 'right'], pixels, labels };
}

/** A denoiser for `tinyImages` with seeded weights: dense layers on pixels, time and class. */
export function tinyDenoiser(width = 32): tf.LayersModel {
  const dense = (units: number, label: string, input: tf.SymbolicTensor) => {
    const scale = Math.sqrt(1 / input.shape.at(-1)!);
    const kernelInitializer = streamInitializer({ seed: 0, label, distribution: 'normal', scale });
    return tf.layers.dense({ units, kernelInitializer }).apply(input) as tf.SymbolicTensor;
  };
  const images = tf.input({ shape: [4, 4, 1] });
  const timesteps = tf.input({ shape: [1] });
  const classes = tf.input({ shape: [1], dtype: 'int32' });
  const embeddingsInitializer = streamInitializer({ seed: 0, label: 'class', distribution: 'normal', scale: 1 });
  const embedding = tf.layers.embedding({ inputDim: 3, outputDim: 8, embeddingsInitializer, inputLength: 1 });
  const parts = [
    tf.layers.flatten().apply(images),
    tf.layers.rescaling({ scale: 1 / 500, offset: -1 }).apply(timesteps),
    tf.layers.flatten().apply(embedding.apply(classes) as tf.SymbolicTensor),
  ] as tf.SymbolicTensor[];
  const joined = tf.layers.concatenate().apply(parts) as tf.SymbolicTensor;
  const hidden = tf.layers.reLU().apply(dense(width, 'first', joined)) as tf.SymbolicTensor;
  const again = tf.layers.reLU().apply(dense(width, 'second', hidden)) as tf.SymbolicTensor;
  const noise = tf.layers.reshape({ targetShape: [4, 4, 1] }).apply(dense(16, 'noise', again)) as tf.SymbolicTensor;
  return tf.model({ inputs: [images, timesteps, classes], outputs: noise, name: 'tiny' });
}

/** Every event of a run. */
export async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}
