import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../test/temporary.ts';
import type { Checkpoint } from './checkpoint.ts';
import { checkpointFiles, chooseCheckpoint } from './checkpoint-files.node.ts';
import type { Scores } from './events.ts';

function checkpoint(step: number, accuracy?: number, size = 4): Checkpoint {
  const scores = { loss: 1, accuracyPerRule: {}, visibleAccuracy: null, visibleAccuracyPerRule: {}, visibleShare: 0 };
  return {
    step,
    optimizer: 'sgd',
    evaluation: accuracy === undefined ? null : { step, accuracy, chance: 0.1, targets: 10, ...scores },
    tensors: new Map([['model/0/w', { dtype: 'F32', shape: [size], data: new Float32Array(size).fill(step) }]]),
  };
}

async function save(directory: string, keep: number, ...checkpoints: Checkpoint[]) {
  const store = checkpointFiles(directory, keep);
  await store.load();
  for (const one of checkpoints) await store.save(one);
  return store;
}

const file = (directory: string, step: number) => join(directory, `step-${step}.safetensors`);
const names = (directory: string) => readdirSync(directory).sort();

describe('checkpointFiles', () => {
  it('keeps the last ones and the best', async () => {
    const directory = temporaryDirectory();
    const checkpoints = [checkpoint(1, 0.5), checkpoint(2, 0.9), checkpoint(3, 0.7), checkpoint(4), checkpoint(5, 0.8)];
    await save(directory, 2, ...checkpoints);
    expect(names(directory)).toEqual(['step-2.safetensors', 'step-4.safetensors', 'step-5.safetensors']);
    await save(directory, 1, checkpoint(6, 0.95)); // a later process knows the best from the files
    expect(names(directory)).toEqual(['step-6.safetensors']);
    expect((await chooseCheckpoint(directory, 'best')).checkpoint.step).toBe(6);
  });

  it('keeps and gives the best by another measure, and of equals the one of lowest loss', async () => {
    const directory = temporaryDirectory();
    const measured = (step: number, distance: number, loss: number): Checkpoint => {
      const { evaluation, ...rest } = checkpoint(step, step / 10);
      return { ...rest, evaluation: { ...evaluation!, loss, measures: { distance } } };
    };
    const nearest = ({ measures }: Scores) => -measures!.distance!;
    const store = checkpointFiles(directory, 1, nearest);
    const all = [measured(1, 3, 1), measured(2, 3, 0.5), measured(3, 4, 0.1), measured(4, 3, 0.7)];
    for (const one of all) await store.save(one);
    expect(names(directory)).toEqual(['step-2.safetensors', 'step-4.safetensors']);
    expect((await chooseCheckpoint(directory, 'best', nearest)).checkpoint.step).toBe(2);
    expect((await chooseCheckpoint(directory, 'best')).checkpoint.step).toBe(4);
  });

  it('gives back the newest, the best, or the one of a step', async () => {
    const directory = temporaryDirectory();
    await save(directory, 9, checkpoint(1, 0.9), checkpoint(10, 0.4), checkpoint(9, 0.9));
    expect((await checkpointFiles(directory, 9).load()).checkpoint).toEqual(checkpoint(10, 0.4));
    const steps = await Promise.all(
      (['latest', 'best', 1] as const).map((choice) => chooseCheckpoint(directory, choice)),
    );
    expect(steps.map(({ checkpoint }) => checkpoint.step)).toEqual([10, 9, 1]);
    await expect(chooseCheckpoint(directory, 2)).rejects.toMatchObject({ code: 'SWITCHYARD_CHECKPOINT_MISSING' });
    await expect(chooseCheckpoint(join(directory, 'none'), 'latest')).rejects.toThrow(
      /no whole checkpoint: train first/,
    );
  });

  it.each([
    ['truncated', (path: string) => truncateSync(path, 100)],
    ['empty', (path: string) => truncateSync(path)],
    [
      'bit-flipped',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 3]! ^= 4;
        writeFileSync(path, bytes);
      },
    ],
  ])('passes over a %s newest checkpoint with a warning that names it, and never deletes it', async (_, damage) => {
    const directory = temporaryDirectory();
    await save(directory, 2, checkpoint(1, 0.1), checkpoint(2, 0.2), checkpoint(3, 0.3));
    damage(file(directory, 3));
    const content = readFileSync(file(directory, 3));
    const store = checkpointFiles(directory, 1);
    const loaded = await store.load();
    expect(loaded).toMatchObject({ path: file(directory, 2), checkpoint: checkpoint(2, 0.2) });
    expect(loaded.warnings).toEqual([
      { type: 'warning', code: 'SWITCHYARD_CHECKPOINT_DAMAGED', message: expect.stringContaining(file(directory, 3)) },
    ]);
    await store.save(checkpoint(4, 0.4));
    expect(names(directory)).toEqual(['step-3.safetensors', 'step-4.safetensors']);
    // The same run comes by the same step again: the damaged file makes way, under another name.
    await store.save(checkpoint(3, 0.5));
    const aside = names(directory).find((name) => name.includes('damaged'))!;
    expect(readFileSync(join(directory, aside))).toEqual(content);
  });

  it('leaves the last checkpoint whole when the disk is full, and no other file', async (context) => {
    const directory = temporaryDirectory();
    try {
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory], { stdio: 'pipe' });
    } catch (error) {
      const reason = `a small file system cannot be mounted here: ${error instanceof Error ? error.message : error}`;
      console.log(`skipped: ${reason}`);
      return context.skip(reason);
    }
    onTestFinished(() => void execFileSync('/bin/umount', [directory]));
    const store = await save(directory, 3, checkpoint(1, 0.5));
    await expect(store.save(checkpoint(2, 0.6, 20_000))).rejects.toMatchObject({
      code: 'SWITCHYARD_RUN_WRITE',
      message: expect.stringMatching(/step-2\.safetensors: the disk is full: free some space/),
    });
    expect(names(directory)).toEqual(['step-1.safetensors']);
    expect((await store.load()).checkpoint).toEqual(checkpoint(1, 0.5));
  });
});
