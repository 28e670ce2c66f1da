import { streamInitializer } from '@switchyard/models';
import { createStream } from '@switchyard/random';
import { readSafetensors, writeSafetensors } from '@switchyard/safetensors';
import { adamW, cosine, maskedCrossEntropy, type Objective, Trainer } from '@switchyard/training';
import * as tf from '@tensorflow/tfjs';
import { DiffusionError } from './errors.ts';
import { type FeatureStatistics, featureStatistics } from './frechet-distance.ts';
import { imageBatch } from './image-batch.ts';
import { type ImageSet, type ImageSplit, imageLength, imagesAt } from './image-set.ts';

/** A classifier of images, by which samples are judged. */
export interface ImageClassifier {
  /** Share of the validation images that it gets right: what a perfect generator could reach. */
  readonly accuracy: number;
  /** Statistics of its features over the validation images. */
  readonly reference: FeatureStatistics;
  /** Most likely class, and features, of images [count, size, size, channels] in [−1, 1]. */
  judge(images: Float32Array): Promise<{ readonly labels: Int32Array; readonly features: Float32Array }>;
  /** What `loadImageClassifier` reads. */
  weights(): Promise<Uint8Array>;
  dispose(): void;
}

/** Numbers that the classifier makes of an image, before it decides. */
export const featureDimensions = 64;

const recipe = { seed: 0, batchSize: 100, steps: 1500, width: 256, shift: 1 } as const;

/**
 * Trains the classifier: two dense layers with ReLU (256 and 64 units; the 64 are the features) and a dense layer of
 * logits, on images that are shifted by up to one pixel, with AdamW. It takes seconds; everything is drawn from a fixed
 * seed, so that it is the same for every run on the same images and backend.
 */
export async function trainImageClassifier({ training, validation }: ImageSplit): Promise<ImageClassifier> {
  const model = buildClassifier(training);
  const trainer = new Trainer({
    ...{ model, objective: classification(model, training), seed: recipe.seed, steps: recipe.steps },
    ...{ batchSize: recipe.batchSize, optimizer: adamW({ learningRate: 2e-3 }), schedule: cosine({ warmup: 50 }) },
    ...{ log: { every: recipe.steps }, evaluation: { every: recipe.steps } },
  });
  for await (const _ of trainer.run());
  return asClassifier(model, validation);
}

/**
 * The classifier that `weights` were of.
 *
 * @throws DiffusionError `SWITCHYARD_DIFFUSION_MODEL` where they are damaged, or of a classifier of other images
 */
export async function loadImageClassifier(images: ImageSplit, weights: Uint8Array): Promise<ImageClassifier> {
  const model = buildClassifier(images.training);
  try {
    const { tensors } = readSafetensors(weights);
    const values = model.getWeights().map(({ shape }, index) => {
      return tf.tensor(tensors.get(String(index))!.data as Float32Array, shape);
    });
    model.setWeights(values);
    tf.dispose(values);
  } catch (cause) {
    throw new DiffusionError(
      'SWITCHYARD_DIFFUSION_MODEL',
      'the weights are not those of a classifier of these images: delete the file, and it is trained again',
      { cause },
    );
  }
  return asClassifier(model, images.validation);
}

async function asClassifier(model: tf.LayersModel, validation: ImageSet): Promise<ImageClassifier> {
  const judge = (images: Float32Array) => judged(model, validation, images);
  const { labels, features } = await judge(imagesAt(validation, [...validation.labels.keys()]));
  return {
    accuracy: labels.reduce((hits, label, i) => hits + (label === validation.labels[i] ? 1 : 0), 0) / labels.length,
    reference: featureStatistics(features, featureDimensions),
    judge,
    async weights() {
      const tensors = model.getWeights().map(async (weight, index) => {
        const data = Float32Array.from(await weight.data<'float32'>());
        return [String(index), { dtype: 'F32', shape: weight.shape, data }] as const;
      });
      return writeSafetensors(new Map(await Promise.all(tensors)), {});
    },
    dispose: () => model.dispose(),
  };
}

function buildClassifier({ size, channels, classes }: ImageSet): tf.LayersModel {
  const images = tf.input({ shape: [size, size, channels] });
  const layer = (units: number, activation: 'relu' | 'linear', label: string, input: tf.SymbolicTensor) => {
    const scale = Math.sqrt(2 / input.shape.at(-1)!); // He et al. 2015
    const kernelInitializer = streamInitializer({ seed: recipe.seed, label, distribution: 'normal', scale });
    return tf.layers.dense({ units, activation, kernelInitializer }).apply(input) as tf.SymbolicTensor;
  };
  const flat = tf.layers.flatten().apply(images) as tf.SymbolicTensor;
  const hidden = layer(recipe.width, 'relu', 'classifier/hidden', flat);
  const features = layer(featureDimensions, 'relu', 'classifier/features', hidden);
  const logits = layer(classes.length, 'linear', 'classifier/logits', features);
  return tf.model({ inputs: images, outputs: [logits, features] });
}

function classification(model: tf.LayersModel, set: ImageSet): Objective<{ images: Float32Array; labels: Int32Array }> {
  const { size, channels, classes } = set;
  const { seed, batchSize } = recipe;
  return {
    tokensPerStep: batchSize,
    batch(step) {
      const { images, labels } = imageBatch(set, { seed, index: step - 1, batchSize });
      return { images: shifted(images, set, step), labels: Int32Array.from(labels) };
    },
    inputs: ({ images, labels }) => [
      tf.tensor4d(images, [batchSize, size, size, channels]),
      tf.tensor1d(labels, 'int32'),
      tf.ones([batchSize]),
    ],
    loss(images, targets, mask) {
      const [logits] = model.apply(images!, { training: true }) as tf.Tensor[];
      return maskedCrossEntropy(logits!, targets!, mask!);
    },
    scoreBatch: async () => ({ accuracy: null, accuracyPerRule: {} }),
    evaluate: async () => ({ ...nothing, chance: 1 / classes.length }),
  };
}

/** The classifier is scored once, after its training. */
const nothing = {
  ...{ loss: 0, accuracy: 0, accuracyPerRule: {}, targets: 0 },
  ...{ visibleAccuracy: null, visibleAccuracyPerRule: {}, visibleShare: 0 },
};

/** Moves every image by up to `recipe.shift` pixels in both directions; what comes in at the edges is the edge's own pixel. */
function shifted(images: Float32Array, set: ImageSet, step: number): Float32Array {
  const { size, channels } = set;
  const stream = createStream(recipe.seed).fork('shift', step);
  const draw = () => stream.nextInt(2 * recipe.shift + 1) - recipe.shift;
  const clamp = (place: number) => Math.min(Math.max(place, 0), size - 1);
  const moved = new Float32Array(images.length);
  for (let start = 0; start < images.length; start += imageLength(set)) {
    const [right, down] = [draw(), draw()];
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const from = start + (clamp(y - down) * size + clamp(x - right)) * channels;
        for (let c = 0; c < channels; c++) moved[start + (y * size + x) * channels + c] = images[from + c]!;
      }
    }
  }
  return moved;
}

async function judged(model: tf.LayersModel, set: ImageSet, images: Float32Array) {
  const { size, channels } = set;
  const count = images.length / imageLength(set);
  const result = tf.tidy(() => {
    const [logits, features] = model.apply(tf.tensor4d(images, [count, size, size, channels])) as [
      tf.Tensor,
      tf.Tensor,
    ];
    return { labels: tf.argMax(logits, -1), features };
  });
  const labels = await result.labels.data<'int32'>();
  const features = await result.features.data<'float32'>();
  tf.dispose(result);
  return { labels: Int32Array.from(labels), features: Float32Array.from(features) };
}
