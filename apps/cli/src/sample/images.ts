import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { denoiser, gridPng, noiseSchedule, sampleImages, samplerNames, samplingTimesteps } from '@switchyard/diffusion';
import { suggestion } from '@switchyard/experiments/config';
import { type ImagesConfig, readImages } from '@switchyard/experiments/run';
import { z } from 'zod';
import { asUsage, errorCode, UsageError } from '../errors.ts';
import { interruptionSignal } from '../run/interruption.ts';
import { loadModel, readRunOptions } from '../run/load-run.ts';
import type { Sampler, SampleSource } from './sampler.ts';

const keys = {
  images: z.int().min(1).optional().describe('how many images to draw; by default 64'),
  class: z
    .union([z.int(), z.string()])
    .optional()
    .describe('the class of all these images, by its name; by default the classes in turn'),
  out: z.string().min(1).optional().describe('PNG file of the grid of images; by default samples.png'),
  sampler: z
    .enum(samplerNames)
    .optional()
    .describe('how images are drawn; by default as in the evaluations of the run'),
  steps: z.int().min(1).optional().describe('predictions of the noise for each image; by default as in the run'),
  guidance: z
    .number()
    .min(0)
    .optional()
    .describe('strength of the class in images; 1 is the plain prediction; by default as in the run'),
};

type ImageOptions = z.output<z.ZodObject<typeof keys>>;

/** Draws images with the model of a run on images, as one grid. */
export const imageSampler: Sampler<typeof keys> = {
  keys,
  async sample(source, options) {
    const { path, labels } = await drawImages(source, options);
    const { seed, json } = source;
    process.stdout.write(`${json ? JSON.stringify({ file: path, classes: labels, seed }) : path}\n`);
  },
};

/** Makes the images and writes the grid; says where it lies, and the class of each image. They need no image of the run's task. */
function drawImages(source: SampleSource, wishes: ImageOptions): Promise<{ path: string; labels: string[] }> {
  const { images: count = 64, class: wanted, out: path = 'samples.png', ...how } = wishes;
  return asUsage(async () => {
    const config = (await readRunOptions(source.run)).options.task as ImagesConfig;
    const { size, channels, ruleNames: classes } = readImages(source.run, config);
    const labels = classLabels(classes, wanted, count);
    const { noise, timesteps, sampling } = config;
    const { sampler = sampling.sampler, steps = sampling.steps, guidance = sampling.guidance } = how;
    const schedule = noiseSchedule(noise, timesteps);
    samplingTimesteps(schedule, steps); // refuses too many before weights are read
    const { model } = await loadModel(source);
    writing(path, () => mkdirSync(dirname(path), { recursive: true })); // before the work that would be lost
    const options = { schedule, sampler, steps, guidance, seed: source.seed, signal: interruptionSignal() };
    const images = await sampleImages(denoiser(model, { size, channels, classes }), labels, options);
    writing(path, () => writeFileSync(path, gridPng(images, { size, channels })));
    return { path, labels: labels.map((label) => classes[label]!) };
  });
}

function writing(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new UsageError(`cannot write ${path} (${errorCode(cause)}): choose another --out`, { cause });
  }
}

/**
 * The numbers of the classes to draw.
 *
 * @throws UsageError for a class that the run does not have
 */
function classLabels(classes: readonly string[], wanted: string | number | undefined, count: number): number[] {
  if (wanted === undefined) return Array.from({ length: count }, (_, i) => i % classes.length);
  const label = classes.indexOf(String(wanted));
  if (label >= 0) return Array(count).fill(label);
  const hint = suggestion(String(wanted), classes);
  throw new UsageError(`--class is ${wanted}: the classes of the run are ${classes.join(', ')}${hint}`);
}
