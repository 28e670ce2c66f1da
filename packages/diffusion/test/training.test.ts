import {
  adamW,
  type Checkpoint,
  type CheckpointStore,
  selectBackend,
  Trainer,
  type TrainingEvent,
} from '@switchyard/training';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { denoiser } from '../src/denoiser.ts';
import { diffusionObjective } from '../src/diffusion-objective.ts';
import { type ImageClassifier, loadImageClassifier, trainImageClassifier } from '../src/image-classifier.ts';
import { imagesAt, splitImages } from '../src/image-set.ts';
import { linearSchedule } from '../src/noise-schedule.ts';
import { sampleImages } from '../src/sample-images.ts';
import { collect, tinyDenoiser, tinyImages } from './tiny.ts';

const images = splitImages(tinyImages(), 0.2);
const schedule = linearSchedule();
let classifier: ImageClassifier;

beforeAll(async () => {
  await selectBackend('simd');
  classifier = await trainImageClassifier(images);
}, 60_000);

/** Keeps the newest checkpoint. */
function memoryStore(): CheckpointStore & { newest?: Checkpoint } {
  return {
    async load() {
      return { warnings: [], ...(this.newest && { checkpoint: this.newest, path: 'memory' }) };
    },
    async save(checkpoint) {
      this.newest = checkpoint;
      return 'memory';
    },
  };
}

function trainer(model: tf.LayersModel, steps: number, store?: CheckpointStore, grids?: [number, number][]): Trainer {
  const seed = 3;
  const objective = diffusionObjective({
    ...{ denoiser: denoiser(model, images.training), images, schedule, seed, batchSize: 16, dropClass: 0.1 },
    evaluation: { batches: 2, batchSize: 8, seed: 9 },
    sampling: { images: 20, sampler: 'dpm-solver', steps: 8, guidance: 1.5 },
    classifier: async () => classifier,
    onSamples: (step, made) => void grids?.push([step, made.length]),
  });
  return new Trainer({
    ...{ model, objective, seed, steps, optimizer: adamW({ learningRate: 3e-3 }), schedule: { kind: 'constant' } },
    ...{ averaging: 0.98, log: { every: 1 }, evaluation: { every: Math.max(10, steps / 3) } },
    ...(store && { checkpoint: { store, every: 5 } }),
  });
}

const withoutTimings = (events: TrainingEvent[]) =>
  events
    .filter(({ type }) => type === 'step' || type === 'evaluation')
    .map((event) => ({ ...event, tokensPerSecond: 0, secondsLeft: 0 }));

describe('a run', () => {
  test('tells losses without accuracy, judges samples at evaluations, and hands them out', async () => {
    const grids: [number, number][] = [];
    const events = await collect(trainer(tinyDenoiser(), 12, undefined, grids).run());
    const step = events.find(({ type }) => type === 'step');
    expect(step).toMatchObject({ accuracy: null, accuracyPerRule: {} });
    const evaluations = events.filter((event) => event.type === 'evaluation');
    expect(evaluations.map((event) => event.step)).toEqual([10, 12]);
    expect(evaluations[0]).toMatchObject({ chance: 0.5, targets: 20, visibleAccuracy: null });
    expect(Object.keys(evaluations[0]!.accuracyPerRule)).toEqual(['left', 'right']);
    expect(evaluations[0]!.measures!.frechetDistance).toBeGreaterThan(0);
    expect(grids).toEqual([
      [10, 320],
      [12, 320],
    ]);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]); // the step is captured
  });

  test('is the same to the last bit when it is stopped and resumed, averages included', async () => {
    const [whole, parts] = [memoryStore(), memoryStore()];
    const all = withoutTimings(await collect(trainer(tinyDenoiser(), 30, whole).run()));
    const stop = new AbortController();
    const first: TrainingEvent[] = [];
    for await (const event of trainer(tinyDenoiser(), 30, parts).run({ signal: stop.signal })) {
      first.push(event);
      if (event.type === 'step' && event.step === 13) stop.abort();
    }
    const second = await collect(trainer(tinyDenoiser(), 30, parts).run());
    expect(withoutTimings([...first, ...second])).toEqual(all);
    const values = ({ newest }: typeof parts) => [...newest!.tensors.values()];
    expect(values(parts)).toEqual(values(whole));
  });

  test('learns: the loss falls, samples are of their class and near the data', async () => {
    const last = async (steps: number) => {
      const events = await collect(trainer(tinyDenoiser(), steps).run());
      return events.filter((event) => event.type === 'evaluation').at(-1)!;
    };
    const [early, late] = [await last(10), await last(900)];
    expect(late.loss).toBeLessThan(0.6 * early.loss);
    expect(late.accuracy).toBeGreaterThan(0.8);
    expect(late.measures!.frechetDistance!).toBeLessThan(0.2 * early.measures!.frechetDistance!);
  }, 60_000);
});

test('the classifier knows the images it was not trained on', async () => {
  expect(classifier.accuracy).toBe(1);
  const { labels } = await classifier.judge(imagesAt(images.validation, [0, 1, 2]));
  expect([...labels]).toEqual([...images.validation.labels.subarray(0, 3)]);
});

test('the classifier comes back from its weights, and other weights are refused', async () => {
  const weights = await classifier.weights();
  const again = await loadImageClassifier(images, weights);
  expect([again.accuracy, again.reference]).toEqual([classifier.accuracy, classifier.reference]);
  await expect(loadImageClassifier(images, weights.subarray(9))).rejects.toThrow(/^the weights are not those of/);
});

test('samples depend on seed, class and guidance, not on the images beside them', async () => {
  const target = denoiser(tinyDenoiser(), images.training);
  const how = { schedule, sampler: 'ddim', steps: 5, guidance: 2, seed: 1 } as const;
  const [one, two] = [await sampleImages(target, [1], how), await sampleImages(target, [1, 0], how)];
  for (const [i, value] of one.entries()) expect(two[i]).toBeCloseTo(value, 5);
  expect(await sampleImages(target, [0], how)).not.toEqual(one);
  expect(await sampleImages(target, [1], { ...how, seed: 2 })).not.toEqual(one);
});

test('a class that is not there, a model that does not fit', async () => {
  const target = denoiser(tinyDenoiser(), images.training);
  const how = { schedule, sampler: 'ddim', steps: 5, guidance: 1, seed: 1 } as const;
  await expect(sampleImages(target, [0, 2], how)).rejects.toThrow('class 2: the model knows the classes 0 to 1');
  expect(() => denoiser(tinyDenoiser(), { ...images.training, size: 5 })).toThrow(
    /^model "tiny" takes .* these images need \[\[null,5,5,1\],\[null,1\],\[null,1\]\]/,
  );
  const flat = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
  expect(() => denoiser(flat, images.training)).toThrow(
    expect.objectContaining({ code: 'SWITCHYARD_DIFFUSION_MODEL' }),
  );
});
