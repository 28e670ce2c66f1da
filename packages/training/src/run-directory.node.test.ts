import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../test/temporary.ts';
import { collect, countingTask, tinyModel } from '../test/tiny.ts';
import { adamW } from './optimizer.ts';
import { openRunDirectory, readCheckpoint, readMetrics, readRunConfig } from './run-directory.node.ts';
import { Trainer } from './trainer.ts';
import { restoreModel } from './training-state.ts';

beforeAll(() => tf.setBackend('cpu'));

const config = { seed: 1, model: { kind: 'tiny', width: 8, unset: undefined }, rates: [0.1, 0.2] };

async function train(path: string, model = tinyModel()) {
  const directory = await openRunDirectory(path, { config, tensorBoard: true });
  const { sinks, store } = directory;
  const options = {
    optimizer: adamW(),
    steps: 6,
    batchSize: 4,
    log: { every: 2 },
    evaluation: { every: 3, batchSize: 4 },
  };
  try {
    return await collect(
      new Trainer({ model, task: countingTask, ...options, sinks, checkpoint: { every: 3, store } }).run(),
    );
  } finally {
    await directory.close();
  }
}

describe('openRunDirectory', () => {
  it('makes a directory that explains itself', async () => {
    const path = join(temporaryDirectory(), 'deep', 'run');
    const model = tinyModel();
    const end = (await train(path, model)).at(-1)!;
    const eventFile = expect.stringMatching(/^events\.out\.tfevents\.\d+\./);
    expect(readdirSync(path).sort()).toEqual([
      'checkpoints',
      'config.yaml',
      eventFile,
      'metrics.jsonl',
      'summary.json',
    ]);
    expect(readFileSync(join(path, 'config.yaml'), 'utf8')).toBe(
      'seed: 1\nmodel:\n  kind: tiny\n  width: 8\nrates:\n  - 0.1\n  - 0.2\n',
    );
    expect(await readRunConfig(path)).toEqual(JSON.parse(JSON.stringify(config)));
    expect(JSON.parse(readFileSync(join(path, 'summary.json'), 'utf8'))).toEqual({ ...end, type: undefined });
    expect((await readMetrics(path)).map(({ step, split }) => `${split} ${step}`)).toEqual([
      'train 2',
      'evaluation 3',
      'train 4',
      'train 6',
      'evaluation 6',
    ]);
    const copy = tinyModel();
    restoreModel(copy, (await readCheckpoint(path)).checkpoint);
    const values = (of: tf.LayersModel) => of.getWeights().map((weight) => Array.from(weight.dataSync()));
    expect(values(copy)).toEqual(values(model));
  });

  it('holds the further files of its run, and refuses to go on where they were changed', async () => {
    const path = temporaryDirectory();
    const options = { config, files: { 'tokenizer.json': '{"kind":"bytes"}\n' } };
    const file = join(path, 'tokenizer.json');
    await (await openRunDirectory(path, options)).close();
    expect(readFileSync(file, 'utf8')).toBe('{"kind":"bytes"}\n');
    rmSync(file); // as after a kill between the two files
    await (await openRunDirectory(path, options)).close();
    expect(readFileSync(file, 'utf8')).toBe('{"kind":"bytes"}\n');
    writeFileSync(file, '{}');
    await expect(openRunDirectory(path, options)).rejects.toMatchObject({ code: 'SWITCHYARD_RUN_CONFIG' });
    expect(readFileSync(file, 'utf8')).toBe('{}');
  });

  it('resumes past a damaged checkpoint, with a warning, to the same end', async () => {
    const path = temporaryDirectory();
    await train(path);
    const newest = join(path, 'checkpoints', 'step-6.safetensors');
    const metrics = async () => (await readMetrics(path)).map((line) => ({ ...line, tokensPerSecond: 0 }));
    const [before, checkpoint] = [await metrics(), readFileSync(newest)];
    writeFileSync(newest, checkpoint.subarray(0, 99));
    const events = await train(path);
    expect(events.slice(0, 2)).toMatchObject([
      { type: 'start', step: 3, resumedFrom: join(path, 'checkpoints', 'step-3.safetensors') },
      { type: 'warning', code: 'SWITCHYARD_CHECKPOINT_DAMAGED', message: expect.stringContaining(newest) },
    ]);
    expect(await metrics()).toEqual(before);
    expect(readFileSync(newest)).toEqual(checkpoint);
  });

  it('leaves a finished run as it is when it is run again', async () => {
    const path = temporaryDirectory();
    await train(path);
    const contents = () => ['metrics.jsonl', 'summary.json'].map((name) => readFileSync(join(path, name), 'utf8'));
    const before = contents();
    expect(await train(path)).toMatchObject([
      { type: 'start', step: 6 },
      { type: 'end', step: 6 },
    ]);
    expect(contents()).toEqual(before);
  });

  it('refuses a directory of another configuration, naming the keys that differ', async () => {
    const path = temporaryDirectory();
    await (await openRunDirectory(path, { config })).close();
    const other = { seed: 2, model: { kind: 'tiny', depth: 1 }, rates: [0.1] };
    await expect(openRunDirectory(path, { config: other })).rejects.toMatchObject({
      code: 'SWITCHYARD_RUN_CONFIG',
      message: expect.stringContaining(
        '(seed: 1 there, 2 here, model.width: 8 there, unset here, model.depth: unset there, 1 here, rates: [0.1,0.2] there, [0.1] here)',
      ),
    });
    await (await openRunDirectory(path, { config })).close(); // the lock was given back
  });

  it('refuses a directory that is not one of runs, and writes nothing there', async () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'letter.txt'), '');
    await expect(openRunDirectory(path, { config })).rejects.toMatchObject({ code: 'SWITCHYARD_RUN_PATH' });
    expect(readdirSync(path)).toEqual(['letter.txt']);
    await expect(readRunConfig(path)).rejects.toThrow(/is not a run directory: it has no config.yaml/);
  });

  it('refuses a configuration file that is not one', async () => {
    const path = temporaryDirectory();
    for (const text of ['a: [1', '- 1\n', '']) {
      writeFileSync(join(path, 'config.yaml'), text);
      await expect(openRunDirectory(path, { config })).rejects.toMatchObject({ code: 'SWITCHYARD_RUN_CONFIG' });
    }
  });

  it('refuses checkpoints that lead outside', async () => {
    const path = temporaryDirectory();
    const outside = temporaryDirectory();
    await (await openRunDirectory(join(path, 'run'), { config })).close();
    mkdirSync(join(path, 'other'));
    writeFileSync(join(path, 'other', 'config.yaml'), readFileSync(join(path, 'run', 'config.yaml')));
    symlinkSync(outside, join(path, 'other', 'checkpoints'));
    await expect(openRunDirectory(join(path, 'other'), { config })).rejects.toMatchObject({
      code: 'SWITCHYARD_RUN_PATH',
    });
    expect(readdirSync(outside)).toEqual([]);
  });

  it('says why a directory cannot be made', async () => {
    const path = join(temporaryDirectory(), 'file');
    writeFileSync(path, '');
    for (const place of [path, join(path, 'run')]) {
      const error = {
        code: 'SWITCHYARD_RUN_WRITE',
        message: expect.stringMatching(/^cannot write .*file.*choose another/),
      };
      await expect(openRunDirectory(place, { config })).rejects.toMatchObject(error);
    }
  });

  it('is for one process at a time', async () => {
    const path = temporaryDirectory();
    const directory = await openRunDirectory(path, { config });
    await expect(openRunDirectory(path, { config })).rejects.toMatchObject({ code: 'SWITCHYARD_RUN_LOCKED' });
    await directory.close();
  });

  it('clears away what a killed process was writing', async () => {
    const path = temporaryDirectory();
    await (await openRunDirectory(path, { config })).close();
    writeFileSync(join(path, 'checkpoints', 'step-3.safetensors.123.tmp'), 'half');
    writeFileSync(join(path, 'metrics.jsonl.123.tmp'), 'half');
    await (await openRunDirectory(path, { config })).close();
    expect(readdirSync(path).sort()).toEqual(['checkpoints', 'config.yaml']);
    expect(readdirSync(join(path, 'checkpoints'))).toEqual([]);
  });
});
