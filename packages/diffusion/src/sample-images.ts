import { type Denoiser, predictions } from './denoiser.ts';
import { DiffusionError } from './errors.ts';
import { guide } from './guidance.ts';
import type { NoiseSchedule } from './noise-schedule.ts';
import { type SamplerName, sample } from './sample.ts';

export interface SampleImagesOptions {
  readonly schedule: NoiseSchedule;
  readonly sampler: SamplerName;
  readonly steps: number;
  /** Strength of the class; see `guide`. */
  readonly guidance: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Hears of every step before it is made. */
  readonly onStep?: ((timestep: number) => void) | undefined;
}

/**
 * Images of given classes.
 *
 * @param labels the class of each image
 * @returns [images, size, size, channels] in [−1, 1]
 * @throws DiffusionError `SWITCHYARD_IMAGES_CLASS` for a class that the model does not know
 */
export async function sampleImages(
  denoiser: Denoiser,
  labels: ArrayLike<number>,
  { schedule, guidance, onStep, ...options }: SampleImagesOptions,
): Promise<Float32Array> {
  const { size, channels, classes } = denoiser;
  for (const label of Array.from(labels)) {
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new DiffusionError(
      'SWITCHYARD_IMAGES_CLASS',
      `class ${label}: the model knows the classes 0 to ${classes - 1}`,
    );
  }
  const guided = guide(
    predictions(denoiser, schedule.timesteps, labels),
    predictions(denoiser, schedule.timesteps, undefined),
    guidance,
  );
  return sample({
    ...options,
    schedule,
    limit: 1,
    size: size * size * channels,
    count: labels.length,
    predictNoise(x, timestep) {
      onStep?.(timestep);
      return guided(x, timestep);
    },
  });
}
