import { createStream } from '@switchyard/random';
import type { Objective, Scores } from '@switchyard/training';
import * as tf from '@tensorflow/tfjs';
import { applyDenoiser, type Denoiser } from './denoiser.ts';
import { featureStatistics, frechetDistance } from './frechet-distance.ts';
import { featureDimensions, type ImageClassifier } from './image-classifier.ts';
import type { ImageSplit } from './image-set.ts';
import { noisePredictionLoss } from './noise-prediction-loss.ts';
import type { NoiseSchedule } from './noise-schedule.ts';
import { type NoisyBatch, noisyBatch, noisyTensors } from './noisy-batch.ts';
import type { SamplerName } from './sample.ts';
import { sampleImages } from './sample-images.ts';

export interface DiffusionObjectiveOptions {
  readonly denoiser: Denoiser;
  readonly images: ImageSplit;
  readonly schedule: NoiseSchedule;
  readonly seed: number;
  readonly batchSize: number;
  /** Share of the training images whose class is not told (c: 0.1). */
  readonly dropClass: number;
  readonly evaluation: {
    /** Frozen batches of validation images, with frozen noise, that the loss is of. */
    readonly batches: number;
    readonly batchSize: number;
    readonly seed: number;
  };
  readonly sampling: SamplingOptions;
  /** Judges the samples of evaluations; asked for at the first. */
  readonly classifier: () => Promise<ImageClassifier>;
  /** Takes the samples of every evaluation, [count, size, size, channels] in [−1, 1], the classes in turn. */
  readonly onSamples?: (step: number, images: Float32Array) => void | Promise<void>;
}

export interface SamplingOptions {
  /** Images of an evaluation, the classes in turn. */
  readonly images: number;
  readonly sampler: SamplerName;
  readonly steps: number;
  readonly guidance: number;
}

/**
 * Prediction of the noise in images, for a `Trainer`. Evaluations measure the loss on validation images, and judge samples,
 * always made from the same noise, by a classifier: `accuracy` is the share of samples that it takes for the class that
 * they were made for, `accuracyPerRule` the same per class, and `measures.frechetDistance` the Fréchet distance of its
 * features between samples and validation images. `tokensPerSecond` counts images.
 */
export function diffusionObjective(options: DiffusionObjectiveOptions): Objective<NoisyBatch> {
  const { denoiser, images, schedule, seed, batchSize, dropClass } = options;
  const lossOf = (inputs: tf.Tensor[], training: boolean) =>
    noisePredictionLoss(applyDenoiser(denoiser, inputs.slice(0, -1), training), inputs.at(-1)!);
  return {
    tokensPerStep: batchSize,
    batch: (step) => noisyBatch(images.training, schedule, { seed, index: step - 1, batchSize, dropClass }),
    inputs: noisyTensors,
    loss: (...inputs) => lossOf(inputs, true),
    scoreBatch: async () => ({ accuracy: null, accuracyPerRule: {} }),
    async evaluate(step) {
      const made = await evaluationSamples(denoiser, options);
      await options.onSamples?.(step, made.images);
      const scores = await judgeSamples(made, images.validation.classes, await options.classifier());
      return { ...scores, loss: await validationLoss(options, (inputs) => lossOf(inputs, false)) };
    },
  };
}

/** The samples of an evaluation: the classes in turn, from noise that the evaluation's seed decides. */
async function evaluationSamples(
  denoiser: Denoiser,
  { schedule, sampling, evaluation }: Pick<DiffusionObjectiveOptions, 'schedule' | 'sampling' | 'evaluation'>,
): Promise<{ images: Float32Array; labels: Int32Array }> {
  const { images: count, ...how } = sampling;
  const labels = Int32Array.from({ length: count }, (_, i) => i % denoiser.classes);
  const seed = createStream(evaluation.seed).fork('samples').nextUint32();
  return { labels, images: await sampleImages(denoiser, labels, { ...how, schedule, seed }) };
}

/** What a classifier says of samples that were made for these labels. */
export async function judgeSamples(
  { images, labels }: { readonly images: Float32Array; readonly labels: Int32Array },
  classes: readonly string[],
  classifier: ImageClassifier,
): Promise<Omit<Scores, 'loss'>> {
  const judged = await classifier.judge(images);
  const hits = Array.from(labels, (label, i) => (judged.labels[i] === label ? 1 : 0));
  const share = (chosen: readonly number[]) => chosen.reduce((sum, hit) => sum + hit, 0) / chosen.length;
  const perClass = classes
    .map((name, label) => [name, hits.filter((_, i) => labels[i] === label)] as const)
    .filter(([, own]) => own.length > 0);
  return {
    accuracy: share(hits),
    accuracyPerRule: Object.fromEntries(perClass.map(([name, own]) => [name, share(own)])),
    measures: {
      frechetDistance: frechetDistance(featureStatistics(judged.features, featureDimensions), classifier.reference),
    },
    visibleAccuracy: null,
    visibleAccuracyPerRule: {},
    visibleShare: 0,
    chance: 1 / classes.length,
    targets: labels.length,
  };
}

/** Mean loss over frozen batches of validation images, every class told. */
async function validationLoss(
  { images, schedule, evaluation }: DiffusionObjectiveOptions,
  loss: (inputs: tf.Tensor[]) => tf.Scalar,
): Promise<number> {
  const { batches, batchSize, seed } = evaluation;
  let sum = 0;
  for (let index = 0; index < batches; index++) {
    const batch = noisyBatch(images.validation, schedule, { seed, index, batchSize, dropClass: 0 });
    const value = tf.tidy(() => loss(noisyTensors(batch)));
    sum += (await value.data())[0]!;
    value.dispose();
  }
  return sum / batches;
}
