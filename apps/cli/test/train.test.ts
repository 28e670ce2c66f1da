import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelConfig } from '@switchyard/models';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { filesIn, switchyard, temporaryDirectory } from './run.ts';

const tiny = ['--window', '6', '--batchSize', '8', '--evaluation.batches', '1', '--evaluation.batchSize', '50'];
const small = [...tiny, '--model.width', '8', '--steps', '4', '--evaluation.every', '2'];

/** The metrics of a run, timings aside. */
function metrics(run: string): unknown[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => ({ ...JSON.parse(line), tokensPerSecond: undefined }));
}

test('a preset is laid under the flags, and config.yaml holds the whole run without it', async () => {
  const directory = temporaryDirectory();
  const { code } = await switchyard(['train', '--preset', 'quickstart', '--out', 'run', ...small], directory);
  expect(code).toBe(0);
  const config = readFileSync(join(directory, 'run', 'config.yaml'), 'utf8');
  expect(config).toMatch(/^clip: 1$/m);
  expect(config).toMatch(/^steps: 4$/m);
  expect(config).not.toContain('preset');
  const unknown = await switchyard(['train', '--preset', 'quikstart'], directory);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toContain('--preset is "quikstart": it must be one of quickstart');
  expect(unknown.stderr).toContain('did you mean quickstart?');
  expect((await switchyard(['train', '--help'], directory)).stdout).toMatch(/\nPresets\n {2}quickstart /);
});

test('trains, prints the result on stdout, and everything else can read the run', async () => {
  const directory = temporaryDirectory();
  const trained = await switchyard(['train', '--out', 'run', '--json', ...small], directory);
  expect(trained.code).toBe(0);
  const result = JSON.parse(trained.stdout);
  expect(result).toMatchObject({ run: 'run', step: 4, reason: 'completed' });
  expect(filesIn(join(directory, 'run'))).toEqual([
    'checkpoints',
    'checkpoints/step-4.safetensors',
    'config.yaml',
    'metrics.jsonl',
    'summary.json',
  ]);

  const evaluated = await switchyard(['evaluate', 'run', '--json'], directory);
  expect(evaluated.code).toBe(0);
  const { step: _, ...evaluation } = result.evaluation;
  expect(JSON.parse(evaluated.stdout)).toEqual(evaluation);

  const table = await switchyard(['evaluate', 'run', '--checkpoint', '4'], directory);
  expect(table.stdout).toMatch(/^ *loss +all +increment +addition +reverse +context +visible\n/);

  const inspected = await switchyard(['inspect', 'run', '--out', 'maps', '--json'], directory);
  expect(inspected.code).toBe(0);
  const { tokens, files } = JSON.parse(inspected.stdout);
  expect(tokens).toHaveLength(7);
  expect(files).toEqual([
    'maps/layer-1-head-1.svg',
    'maps/layer-1-head-1.png',
    'maps/layer-2-head-1.svg',
    'maps/layer-2-head-1.png',
  ]);
  expect(readFileSync(join(directory, files[0]), 'utf8')).toMatch(
    /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/,
  );
  expect(readFileSync(join(directory, files[1])).subarray(1, 4).toString()).toBe('PNG');
});

test('the resolved configuration of a run is a configuration: it gives the same run', async () => {
  const directory = temporaryDirectory();
  await switchyard(['train', '--out', 'first', ...small], directory);
  const again = await switchyard(['train', '--config', 'first/config.yaml', '--out', 'second'], directory);
  expect(again.code).toBe(0);
  expect(metrics(join(directory, 'second'))).toEqual(metrics(join(directory, 'first')));
});

test('Ctrl-C saves and exits with 130; the same command goes on as if nothing had been', async () => {
  const directory = temporaryDirectory();
  const long = ['train', ...tiny, '--model.kind', 'mlp', '--model.width', '64', '--steps', '2000', '--log.every', '10'];
  const interrupted = await switchyard([...long, '--out', 'run'], directory, 'step 10/2000');
  expect(interrupted.code).toBe(130);
  expect(interrupted.stderr).toMatch(/interrupted: step \d+ of 2000 is saved; the same command resumes\n$/);
  const resumed = await switchyard([...long, '--out', 'run'], directory);
  expect(resumed.code).toBe(0);
  expect(resumed.stderr).toMatch(/resuming after step \d+ from .*step-\d+\.safetensors/);
  await switchyard([...long, '--out', 'whole'], directory);
  const logged = (run: string) =>
    metrics(join(directory, run)).filter((line) => (line as { step: number }).step % 10 === 0);
  expect(logged('run')).toEqual(logged('whole'));
});

test('an exported tfjs model loads with tf.loadLayersModel and predicts as the safetensors file does', async () => {
  const directory = temporaryDirectory();
  await switchyard(['train', '--out', 'run', ...small], directory);
  const exported = await switchyard(['export', 'run', '--format', 'tfjs', '--out', 'tfjs'], directory);
  expect(exported.stdout).toBe('tfjs/model.json\ntfjs/weights.bin\n');
  await switchyard(['export', 'run', '--out', 'model.safetensors'], directory);

  const json = JSON.parse(readFileSync(join(directory, 'tfjs', 'model.json'), 'utf8'));
  const weightData = new Uint8Array(readFileSync(join(directory, 'tfjs', 'weights.bin'))).buffer;
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({ ...json, weightSpecs: json.weightsManifest[0].weights, weightData }),
  );
  const { fromSafetensors } = await import('@switchyard/models');
  const other = fromSafetensors(readFileSync(join(directory, 'model.safetensors')));
  expect(modelConfig(other)).toMatchObject({ kind: 'transformer', width: 8, window: 6 });
  const tokens = tf.tensor2d([[1, 2, 3, 16, 4, 5]], [1, 6], 'int32');
  const [ours, theirs] = [model, other].map((each) => (each.predict(tokens) as tf.Tensor).dataSync());
  expect(ours).toEqual(theirs);
});
