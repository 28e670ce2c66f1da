import * as tf from '@tensorflow/tfjs';
import { DiffusionError } from './errors.ts';
import type { ImageSet } from './image-set.ts';
import type { PredictNoise } from './sampler.ts';

/**
 * A model that finds the noise in images, with what it was built for. It has the inputs `images` [batch, size, size,
 * channels], `timesteps` [batch, 1] and `classes` int32 [batch, 1], and the images' shape as output, as `uvit` has. The class
 * number after the last one stands for "not told".
 */
export interface Denoiser {
  readonly model: tf.LayersModel;
  readonly size: number;
  readonly channels: number;
  /** Number of classes; also the number that stands for no class. */
  readonly classes: number;
}

/**
 * Checks that a model can denoise these images.
 *
 * @throws DiffusionError `SWITCHYARD_DIFFUSION_MODEL` where its inputs or its output have another shape
 */
export function denoiser(model: tf.LayersModel, set: Pick<ImageSet, 'size' | 'channels' | 'classes'>): Denoiser {
  const { size, channels, classes } = set;
  const wanted = [
    [null, size, size, channels],
    [null, 1],
    [null, 1],
  ];
  const inputs = model.inputs.map(({ shape }) => shape);
  const outputs = model.outputs.map(({ shape }) => shape);
  if (JSON.stringify([inputs, outputs]) !== JSON.stringify([wanted, [wanted[0]]])) {
    throw new DiffusionError(
      'SWITCHYARD_DIFFUSION_MODEL',
      `model "${model.name}" takes ${JSON.stringify(inputs)} and gives ${JSON.stringify(outputs)}: these images need ` +
        `${JSON.stringify(wanted)} (images, timesteps, classes) and the noise as output, such as uvit with image ${size}, channels ${channels}, classes ${classes.length}`,
    );
  }
  return { model, size, channels, classes: classes.length };
}

/** The model's noise as a tensor. Timesteps are told on a scale of 0 to 1000, whatever the schedule has. */
export function applyDenoiser({ model }: Denoiser, inputs: tf.Tensor[], training: boolean): tf.Tensor {
  return model.apply(inputs, { training }) as tf.Tensor;
}

/** Images that go through a model at once: more are cut into parts. */
const atOnce = 100;

/**
 * The predictions of a model for the samplers.
 *
 * @param labels the class of each image, or undefined where none is told
 * @param timesteps of the schedule
 */
export function predictions(
  denoiser: Denoiser,
  timesteps: number,
  labels: ArrayLike<number> | undefined,
): PredictNoise {
  const { size, channels, classes } = denoiser;
  const length = size * size * channels;
  return async (x, timestep) => {
    const noise = new Float32Array(x.length);
    for (let start = 0; start < x.length / length; start += atOnce) {
      const count = Math.min(atOnce, x.length / length - start);
      const part = tf.tidy(() =>
        applyDenoiser(
          denoiser,
          [
            tf.tensor4d(x.slice(start * length, (start + count) * length), [count, size, size, channels]),
            tf.fill([count, 1], toldTimestep(timestep, timesteps)),
            tf.tensor2d(
              Int32Array.from({ length: count }, (_, i) => labels?.[start + i] ?? classes),
              [count, 1],
              'int32',
            ),
          ],
          false,
        ),
      );
      noise.set(await part.data<'float32'>(), start * length);
      part.dispose();
    }
    return noise;
  };
}

/** A timestep as models are told it. */
export function toldTimestep(timestep: number, timesteps: number): number {
  return (timestep * 1000) / timesteps;
}
