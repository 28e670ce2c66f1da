import { createStream } from '@switchyard/random';
import * as tf from '@tensorflow/tfjs';
import { toldTimestep } from './denoiser.ts';
import { type ImageBatchOptions, imageBatch } from './image-batch.ts';
import { type ImageSet, imageLength } from './image-set.ts';
import { levelAt, type NoiseSchedule } from './noise-schedule.ts';

/** Images with noise, and the noise that is to be found in them. */
export interface NoisyBatch {
  /** [batch, size, size, channels] */
  readonly shape: readonly [number, number, number, number];
  /** x_t = √ᾱ_t · x₀ + √(1 − ᾱ_t) · ε */
  readonly noisy: Float32Array;
  /** As models are told them. */
  readonly timesteps: Float32Array;
  /** The class of each image, or the number of classes where it is not told. */
  readonly labels: Int32Array;
  /** ε */
  readonly noise: Float32Array;
}

export interface NoisyBatchOptions extends ImageBatchOptions {
  /** Share of the images whose class is not told, so that the model learns to do without (for guidance). */
  readonly dropClass: number;
}

/**
 * A batch of a set with noise, a function of its arguments alone. Timesteps are uniform over the schedule; within a batch
 * they are spread (one of each of batchSize equal parts), which makes the loss vary less and its mean no other.
 */
export function noisyBatch(set: ImageSet, schedule: NoiseSchedule, options: NoisyBatchOptions): NoisyBatch {
  const { seed, index, batchSize, dropClass } = options;
  const { images, labels } = imageBatch(set, options);
  const stream = createStream(seed).fork('noise', index);
  const noise = stream.fork('values').fill(new Float32Array(images.length), 'normal');
  const drops = stream.fork('drop');
  const times = stream.fork('times');
  const length = imageLength(set);
  const noisy = new Float32Array(images.length);
  const timesteps = new Float32Array(batchSize);
  for (let row = 0; row < batchSize; row++) {
    const t = Math.floor(((row + times.nextFloat()) * schedule.timesteps) / batchSize);
    const level = levelAt(schedule, t);
    timesteps[row] = toldTimestep(t, schedule.timesteps);
    for (let i = row * length; i < (row + 1) * length; i++)
      noisy[i] = level.signal * images[i]! + level.noise * noise[i]!;
  }
  return {
    shape: [batchSize, set.size, set.size, set.channels],
    noisy,
    timesteps,
    labels: Int32Array.from(labels, (label) => (drops.nextFloat() < dropClass ? set.classes.length : label)),
    noise,
  };
}

/** A batch as tensors: the inputs of a denoiser, then the noise. */
export function noisyTensors({ shape, noisy, timesteps, labels, noise }: NoisyBatch): tf.Tensor[] {
  return [
    tf.tensor4d(noisy, [...shape]),
    tf.tensor2d(timesteps, [shape[0], 1]),
    tf.tensor2d(labels, [shape[0], 1], 'int32'),
    tf.tensor4d(noise, [...shape]),
  ];
}
