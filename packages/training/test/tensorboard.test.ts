import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { StepEvent } from '../src/events.ts';
import { tensorBoardFile } from '../src/tensorboard-file.node.ts';
import { temporaryDirectory } from './temporary.ts';

const reader = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]).Reload()
print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()['scalars']}))
`;
const python = process.env.PYTHON ?? 'python3';

const start = (step: number) => ({ type: 'start', step, steps: 9, parameters: 1 }) as const;
const step = (step: number, loss: number): StepEvent => {
  const speed = { tokensPerSecond: 1000, secondsLeft: 1 };
  return { type: 'step', step, loss, accuracy: 0.5, accuracyPerRule: { a: 1 }, learningRate: 0.125, ...speed };
};

it('the real TensorBoard reads a run that was resumed', (context) => {
  const { status, stderr, error } = spawnSync(python, ['-c', 'import tensorboard'], { encoding: 'utf8' });
  if (status !== 0) {
    const reason = `${python} has no TensorBoard: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
    console.log(`skipped: ${reason}`);
    return context.skip(reason);
  }
  const directory = temporaryDirectory();
  const sink = tensorBoardFile(directory);
  for (const event of [start(0), step(1, 3), step(2, 2), step(3, 9)]) sink.write(event);
  sink.close();
  for (const event of [start(2), step(3, 1)]) sink.write(event);
  sink.close();
  expect(readdirSync(directory)).toHaveLength(1);
  const read = spawnSync(python, ['-c', reader, join(directory, readdirSync(directory)[0]!)], { encoding: 'utf8' });
  expect(JSON.parse(read.stdout)).toEqual({
    'loss/train': [
      [1, 3],
      [2, 2],
      [3, 1],
    ],
    'accuracy/train': [
      [1, 0.5],
      [2, 0.5],
      [3, 0.5],
    ],
    'accuracy-train/a': [
      [1, 1],
      [2, 1],
      [3, 1],
    ],
    'training/learningRate': [
      [1, 0.125],
      [2, 0.125],
      [3, 0.125],
    ],
    'training/tokensPerSecond': [
      [1, 1000],
      [2, 1000],
      [3, 1000],
    ],
  });
});
