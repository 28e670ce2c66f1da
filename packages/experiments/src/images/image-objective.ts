import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { denoiser, diffusionObjective, gridPng, noiseSchedule, splitImages } from '@switchyard/diffusion';
import type { Objective } from '@switchyard/training';
import { writeFileAtomically } from '@switchyard/training/node';
import type * as tf from '@tensorflow/tfjs';
import type { ImageRun } from '../run/run.ts';
import { runClassifier } from './run-classifier.ts';

/** Most images of a grid; evaluations may make more, to measure by. */
const shown = 100;

/**
 * What a run on images trains for. Every evaluation writes its first samples to `samples/step-N.png` in the run directory.
 *
 * @param writes whether to write them
 * @throws DiffusionError for images that cannot be read, or that the model is not made for
 */
export async function imageObjective(
  { config, task }: ImageRun,
  model: tf.LayersModel,
  directory: string,
  writes: boolean,
): Promise<Objective> {
  const { seed, batchSize, evaluation } = config;
  const { validation, noise, timesteps, dropClass, sampling } = config.task;
  const images = splitImages(await task.load(), validation);
  const { size, channels } = task;
  let classifier: ReturnType<typeof runClassifier> | undefined;
  return diffusionObjective({
    ...{ denoiser: denoiser(model, images.training), images, schedule: noiseSchedule(noise, timesteps) },
    ...{ seed, batchSize, dropClass, evaluation, sampling },
    classifier: () => {
      classifier ??= runClassifier(directory, images);
      return classifier;
    },
    async onSamples(step, made) {
      if (!writes) return;
      await mkdir(join(directory, 'samples'), { recursive: true });
      const grid = gridPng(made.subarray(0, shown * size * size * channels), { size, channels, columns: 10 });
      await writeFileAtomically(join(directory, 'samples', `step-${step}.png`), grid);
    },
  }) as Objective;
}
