import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gridPng } from '@switchyard/diffusion';
import { createStream } from '@switchyard/random';
import { readMetrics, selectBackend } from '@switchyard/training/node';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { validate } from '../src/config/validate.ts';
import { merge, type Values } from '../src/config/values.ts';
import type { ImagesConfig } from '../src/images/image-schema.ts';
import { readImages } from '../src/images/images-file.ts';
import { measureRun } from '../src/run/measure-run.ts';
import { portable } from '../src/run/portable.ts';
import { resolveRun } from '../src/run/run.ts';
import { runKinds } from '../src/run/run-kinds.ts';
import { runKeys, runSchema } from '../src/run/run-schema.ts';
import { trainRun } from '../src/run/train-run.ts';
import { metricNames } from '../src/study/metric.ts';

beforeAll(() => selectBackend('simd'));

/** A folder of six dark and six bright images, noisy and of 4 × 4 pixels. */
function halves(): string {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-images-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [label, name] of ['bright', 'dark'].entries()) {
    mkdirSync(join(folder, 'images', name), { recursive: true });
    for (let n = 0; n < 6; n++) {
      const noise = createStream('halves').fork(name, n).fill(new Float32Array(16), 'uniform');
      const pixels = noise.map((value) => (label === 0 ? 0.5 : -0.9) + 0.4 * value);
      writeFileSync(join(folder, 'images', name, `${n}.png`), gridPng(pixels, { size: 4, channels: 1 }));
    }
  }
  return folder;
}

const small = {
  batchSize: 4,
  steps: 6,
  averaging: 0.9,
  log: { every: 1 },
  evaluation: { every: 3, batches: 1, batchSize: 4 },
  checkpoint: { every: 3, keep: 1 },
  task: { kind: 'images', size: 4, validation: 0.34, sampling: { images: 6, steps: 4 } },
  model: { kind: 'uvit', width: 8, depth: 1, heads: 2, patch: 2 },
};

const keys = runKeys(runSchema);
const resolve = (values: Values) => {
  const options = validate(runSchema, values, keys, (key) => key);
  return resolveRun(options, (key) => key);
};

describe('a run on images', () => {
  test('trains in its directory, with a grid of samples for every evaluation, and resumes to the last bit', async () => {
    const folder = halves();
    const run = resolve(merge(small, { task: { path: join(folder, 'images') } }));
    const train = (out: string, stop?: number) => {
      const controller = new AbortController();
      return trainRun(run, {
        out: join(folder, out),
        tensorBoard: false,
        signal: controller.signal,
        onEvent: (event) => void (event.type === 'step' && event.step === stop && controller.abort()),
      });
    };
    const end = await train('whole');
    expect(readdirSync(join(folder, 'whole')).sort()).toEqual([
      ...['checkpoints', 'classifier.safetensors', 'config.yaml', 'images.json', 'metrics.jsonl', 'samples'],
      'summary.json',
    ]);
    expect(readdirSync(join(folder, 'whole', 'samples')).sort()).toEqual(['step-3.png', 'step-6.png']);

    expect((await train('parts', 4)).reason).toBe('interrupted');
    await train('parts');
    const lines = async (out: string) =>
      (await readMetrics(join(folder, out))).map((line) => ({ ...line, tokensPerSecond: 0 }));
    expect(await lines('parts')).toEqual(await lines('whole'));
    const grid = (out: string) => readFileSync(join(folder, out, 'samples', 'step-6.png'));
    expect(grid('parts')).toEqual(grid('whole'));

    const { metrics, trainingTokens, curve } = await measureRun(run, end, join(folder, 'whole'));
    const best = curve.find(({ measures }) => measures?.frechetDistance === metrics.best.frechetDistance)!;
    const kept = [...new Set([best.step, 6])].map((step) => `step-${step}.safetensors`);
    expect(readdirSync(join(folder, 'whole', 'checkpoints')).sort()).toEqual(kept);
    expect(trainingTokens).toBe(24);
    expect(Object.keys(metrics.final).sort()).toEqual(metricNames(run).toSorted());
    expect(metrics.best.frechetDistance).toBeLessThanOrEqual(metrics.final.frechetDistance!);
  });

  test('its configuration is one again, and belongs to its images', () => {
    const path = join(halves(), 'images');
    const config = portable(resolve(merge(small, { task: { path } })));
    expect(portable(resolve(config as Values))).toEqual(config);
    expect(config.model).not.toHaveProperty('classes');
    writeFileSync(join(path, 'dark', 'more.png'), gridPng(new Float32Array(16), { size: 4, channels: 1 }));
    expect(() => resolve(config as Values)).toThrow(/images has changed since the run began \(its hash is /);
  });

  test('a damaged image is named before anything is trained', async () => {
    const folder = halves();
    writeFileSync(join(folder, 'images', 'dark', '3.png'), 'no image');
    const run = resolve(merge(small, { task: { path: join(folder, 'images') } }));
    const options = { out: join(folder, 'run'), tensorBoard: false, signal: new AbortController().signal };
    await expect(trainRun(run, { ...options, onEvent() {} })).rejects.toThrow(/dark\/3\.png cannot be read/);
    expect(readdirSync(folder)).toEqual(['images']);
  });

  test('its model is known without its images', () => {
    const folder = halves();
    const path = join(folder, 'images');
    const values = merge(small, { task: { path } });
    const { config, files } = resolve(values);
    const options = validate(runSchema, values, keys, (key) => key);
    const model = () => runKinds.images.readModel(folder, options, (key) => key);
    expect(model()).toEqual(config.model); // an earlier version wrote no file: from the images
    rmSync(path, { recursive: true });
    expect(model).toThrow(/cannot read the folder/);
    writeFileSync(join(folder, 'images.json'), files['images.json']!);
    expect(model()).toEqual(config.model);
    expect(readImages(folder, config.task as ImagesConfig)).toEqual({
      size: 4,
      channels: 1,
      ruleNames: ['bright', 'dark'],
    });
    writeFileSync(join(folder, 'images.json'), '{"size":4}');
    expect(model).toThrow(/images\.json is damaged: remove it/);
  });
});

test.each([
  [
    { model: { kind: 'lstm' } },
    /^model\.kind is "lstm", a model of tokens; task images is one of images and takes uvit$/,
  ],
  [{ model: { kind: 'uvit', classes: 3 } }, /^model\.classes cannot be set: it follows from the task$/],
  [{ task: { kind: 'images', source: 'folder' } }, /^task\.source is folder: task\.path must name the folder$/],
  [
    { task: { kind: 'images', source: 'mnist', size: 20 } },
    /^task\.size is for images of a folder, the source is mnist/,
  ],
  [{ task: { kind: 'images', path: '/nowhere' } }, /^cannot read the folder \/nowhere: choose one with images$/],
  [
    { task: { kind: 'images', timesteps: 50, sampling: { steps: 60 } } },
    /^task\.sampling\.steps is 60: it must be at most/,
  ],
  [{ task: { kind: 'images', sampling: { sampler: 'ddmp' } } }, /one of ddpm, ddim, dpm-solver: did you mean ddpm\?$/],
])('refuses %j', (values, message) => {
  expect(() => resolve({ task: { kind: 'images' }, model: { kind: 'uvit' }, ...values })).toThrow(message);
});

test('runs on mnist are known without reading it', () => {
  const { task, config } = resolve({ task: { kind: 'images' }, model: { kind: 'uvit' } });
  expect(task).toMatchObject({
    name: 'mnist',
    size: 28,
    ruleNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  });
  expect(config.model).toMatchObject({ kind: 'uvit', image: 28, channels: 1, classes: 10 });
});
