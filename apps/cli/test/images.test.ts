import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gridPng } from '@switchyard/diffusion';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal } from './refusal.ts';
import { filesIn, type Outcome, switchyard, temporaryDirectory } from './run.ts';

const tiny = [
  ...['--model.kind', 'uvit', '--model.width', '8', '--model.depth', '1', '--model.heads', '2', '--batchSize', '4'],
  ...['--evaluation.batches', '1', '--evaluation.batchSize', '4', '--task.sampling.steps', '2', '--averaging', '0.9'],
];
const train = [
  ...['train', '--out', 'run', '--task.kind', 'images', '--task.path', 'pictures', '--task.size', '4', ...tiny],
  ...['--model.patch', '2', '--task.validation', '0.34', '--task.sampling.images', '6', '--steps', '6'],
  ...['--log.every', '2', '--evaluation.every', '3', '--checkpoint.every', '3'],
];
const other = [...train.with(2, 'other'), '--model.feedForward', '8'];

/** A PNG file: a grey pattern of 4 × 4 pixels, one of ten. */
function picture(path: string, brightness: number, pattern = 0): void {
  const pixels = Float32Array.from({ length: 16 }, (_, i) => brightness + 0.03 * ((7 * i + pattern) % 10));
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, gridPng(pixels, { size: 4, channels: 1 }));
}

/** Width and height of a PNG file, as its header says. */
function sizeOf(path: string): [number, number] {
  const bytes = readFileSync(path);
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

/** The metrics of a run, timings aside. */
function metrics(run: string): unknown[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => ({ ...JSON.parse(line), tokensPerSecond: undefined }));
}

const trainedFolder = mkdtempSync(join(tmpdir(), 'switchyard-images-'));
afterAll(() => rmSync(trainedFolder, { recursive: true, force: true }));
let trained: Outcome;
beforeAll(async () => {
  for (let n = 0; n < 6; n++) {
    picture(join(trainedFolder, 'pictures', 'bright', `${n}.png`), 0.5, n);
    picture(join(trainedFolder, 'pictures', 'dark', `${n}.png`), -0.9, n);
  }
  trained = await switchyard(train, trainedFolder);
  await switchyard(other, trainedFolder);
}, 60_000);

/** A copy of the folder that holds images and runs on them. */
function trainedCopy(): string {
  const folder = temporaryDirectory();
  cpSync(trainedFolder, folder, { recursive: true });
  return folder;
}

describe('training', () => {
  test('counts images, measures samples, and lets a grid of them grow in the run directory', () => {
    expect(trained.code).toBe(0);
    expect(trained.stderr).toMatch(/^uvit of \d+\S* weights on pictures, .*\n/);
    expect(trained.stderr).toMatch(/step 2\/6: loss [\d.]+, \S+ images\/s, /);
    expect(trained.stderr).toMatch(/step 3\/6: evaluation: loss [\d.]+, Fréchet distance [\d.]+, accuracy [\d.]+ %\n/);
    expect(trained.stdout).toMatch(/^ *loss +Fréchet distance +accuracy\n[\d. %]+\n6 samples; guessing [^\n]+\n$/);
    expect(filesIn(join(trainedFolder, 'run'))).toEqual([
      ...['checkpoints', 'checkpoints/step-3.safetensors', 'checkpoints/step-6.safetensors'],
      ...['classifier.safetensors', 'config.yaml', 'images.json', 'metrics.jsonl'],
      ...['samples', 'samples/step-3.png', 'samples/step-6.png', 'summary.json'],
    ]);
    expect(sizeOf(join(trainedFolder, 'run', 'samples', 'step-6.png'))).toEqual([10 * 5 - 1, 4]);
  });

  test('that was killed after its first checkpoint ends as if nothing had been', async () => {
    const folder = trainedCopy();
    const run = join(folder, 'run');
    for (const path of ['checkpoints/step-6.safetensors', 'samples/step-6.png', 'summary.json'])
      rmSync(join(run, path));
    const resumed = await switchyard(train, folder);
    expect(resumed).toMatchObject({ code: 0, stdout: trained.stdout });
    expect(resumed.stderr).toMatch(/resuming after step 3 from .*step-3\.safetensors\n/);
    expect(metrics(run)).toEqual(metrics(join(trainedFolder, 'run')));
    for (const path of ['checkpoints/step-6.safetensors', 'samples/step-6.png'])
      expect(readFileSync(join(run, path))).toEqual(readFileSync(join(trainedFolder, 'run', path)));
  });

  test('goes on in a directory of an earlier version, which wrote keys that images do not have', async () => {
    const folder = trainedCopy();
    const config = join(folder, 'run', 'config.yaml');
    const earlier = readFileSync(config, 'utf8').replace('\nbatchSize:', '\nwindow: 20\nloss: all\nbatchSize:');
    writeFileSync(config, earlier);
    rmSync(join(folder, 'run', 'images.json'));
    expect(await switchyard(train, folder)).toMatchObject({ code: 0, stdout: trained.stdout });
    expect(filesIn(join(folder, 'run'))).toContain('images.json');
  });

  test('draws digits of mnist too', async () => {
    const folder = temporaryDirectory();
    const mnist = ['--task.kind', 'images', '--task.source', 'mnist', '--task.sampling.images', '10', '--steps', '1'];
    const digits = await switchyard(['train', '--out', 'run', ...mnist, ...tiny, '--model.patch', '7'], folder);
    expect(digits).toMatchObject({ code: 0, stdout: expect.stringContaining('guessing is right in 10.0 %') });
    expect(sizeOf(join(folder, 'run', 'samples', 'step-1.png'))).toEqual([10 * 29 - 1, 28]);
    const seven = ['sample', 'run', '--images', '2', '--class', '7', '--json'];
    expect(JSON.parse((await switchyard(seven, folder)).stdout).classes).toEqual(['7', '7']);
  }, 60_000);
});

test('evaluate measures what training did at its end', async () => {
  const { stdout } = await switchyard(['evaluate', 'run', '--json'], trainedFolder);
  const { evaluation } = JSON.parse(readFileSync(join(trainedFolder, 'run', 'summary.json'), 'utf8'));
  expect({ step: 6, ...JSON.parse(stdout) }).toEqual(evaluation);
});

test('the best checkpoint is that of the smallest Fréchet distance', async () => {
  const lines = readFileSync(join(trainedFolder, 'run', 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const evaluations = lines.map((line) => JSON.parse(line)).filter(({ split }) => split === 'evaluation');
  const nearest = evaluations.toSorted((a, b) => a.measures.frechetDistance - b.measures.frechetDistance)[0];
  const best = await switchyard(['evaluate', 'run', '--checkpoint', 'best', '--json'], trainedFolder);
  expect(best.stderr).toBe(`weights of run/checkpoints/step-${nearest.step}.safetensors\n`);
  expect(JSON.parse(best.stdout).measures).toEqual(nearest.measures);
});

describe('sample', () => {
  const sample = ['sample', 'run', '--images', '5', '--out', 'new/grid.png'];

  test('makes the same grid for the same seed, without the images', async () => {
    const folder = trainedCopy();
    rmSync(join(folder, 'pictures'), { recursive: true });
    const grid = () => readFileSync(join(folder, 'new', 'grid.png'));
    expect(await switchyard(sample, folder)).toMatchObject({ code: 0, stdout: 'new/grid.png\n' });
    expect(sizeOf(join(folder, 'new', 'grid.png'))).toEqual([3 * 5 - 1, 2 * 5 - 1]);
    const first = grid();
    const again = await switchyard([...sample, '--json'], folder);
    const classes = ['bright', 'dark', 'bright', 'dark', 'bright'];
    expect(JSON.parse(again.stdout)).toEqual({ file: 'new/grid.png', classes, seed: 0 });
    expect(grid()).toEqual(first);
    const ofOneClass = await switchyard([...sample, '--class', 'dark', '--seed', '1', '--json'], folder);
    expect(JSON.parse(ofOneClass.stdout).classes).toEqual(Array(5).fill('dark'));
    expect(grid()).not.toEqual(first);
  });

  test.each([
    [['--class', '7'], /^--class is 7: the classes of the run are bright, dark$/],
    [['--steps', '1001'], /^1001 sampling steps: they must be a whole number from 1 to the 1000 timesteps/],
    [['--prompt', 'dark'], /^--prompt is not for runs on images, as run is: leave it out$/],
    [
      ['--checkpoint', 'other/checkpoints/step-6.safetensors'],
      /^cannot take weights from other\/.*: the checkpoint is of another model/,
    ],
  ])('%j is refused', (args, message) => {
    return expectRefusal(trainedFolder, ['sample', 'run', '--images', '2', ...args], message);
  });

  test('a file that cannot be written is refused', async () => {
    const outcome = await switchyard(['sample', 'run', '--out', 'run/config.yaml/grid.png'], trainedFolder);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/cannot write run\/config\.yaml\/grid\.png \(\w+\): choose another --out\n$/);
  });

  test('what only images have is refused of text', async () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, 'run'));
    writeFileSync(join(folder, 'run', 'config.yaml'), 'task: { kind: text }\n');
    await expectRefusal(folder, ['sample', 'run', '--class', '7'], /^--class is not for runs on text, as run is/);
  });
});

describe('a run on images that does not fit', () => {
  test.each([
    [other.with(2, 'run'), /run belongs to a run with another configuration \(model\.feedForward: 32 there, 8 here\)/],
    [
      ['evaluate', 'run', '--positions', 'all'],
      /^--positions is all, but runs on images have no such key: leave it out$/,
    ],
    [['inspect', 'run'], /^this is a run on images: it has no sequences/],
  ])('%j is refused', (args, message) => expectRefusal(trainedFolder, args, message));

  test('one whose images have changed, or whose own file is damaged, is refused', async () => {
    const folder = trainedCopy();
    picture(join(folder, 'pictures', 'dark', 'more.png'), -0.9);
    await expectRefusal(folder, ['evaluate', 'run'], /^pictures has changed since the run began \(its hash is /);
    writeFileSync(join(folder, 'run', 'images.json'), '{"size":4}');
    await expectRefusal(folder, ['sample', 'run'], /^run\/images\.json is damaged: remove it/);
  });
});

describe('training on images that cannot be used', () => {
  const on = (path: string) => ['train', '--task.kind', 'images', '--model.kind', 'uvit', '--task.path', path];

  test.each([
    ['none', ['none/notes.txt'], /^none holds no subfolder with PNG or JPEG images: put the images of each class into/],
    ['one', ['one/dark/0.png', 'one/dark/1.png'], /^one holds one class, dark: put the images of each class into/],
    ['few', ['few/a/0.png', 'few/b/0.png', 'few/b/1.png'], /^class a of few has 1 images: every class needs two or/],
    [
      'bad',
      ['bad/a/0.png', 'bad/a/1.png', 'bad/b/0.png', 'bad/b/1.txt', 'bad/b/2.jpg'],
      /^image bad\/b\/2\.jpg cannot/,
    ],
  ])('%s is refused', async (path, files, message) => {
    const folder = temporaryDirectory();
    for (const file of files) picture(join(folder, file), 0);
    if (path === 'bad') writeFileSync(join(folder, 'bad', 'b', '2.jpg'), 'no image');
    await expectRefusal(folder, on(path), message);
  });

  test('what only tokens have is refused of images', async () => {
    const window = ['train', '--preset', 'uvic-mnist', '--window', '20'];
    const message = /^--window is 20, but runs on images have no such key: leave it out$/;
    await expectRefusal(temporaryDirectory(), window, message);
  });
});
