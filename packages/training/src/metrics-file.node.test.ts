import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../test/temporary.ts';
import type { Scores, StepEvent } from './events.ts';
import { metricsFile, readMetricsFile } from './metrics-file.node.ts';

const scores: Scores = {
  loss: 0.1,
  accuracy: 0.5,
  accuracyPerRule: { a: 0.5 },
  visibleAccuracy: null,
  visibleAccuracyPerRule: {},
  visibleShare: 0,
  chance: 0.25,
  targets: 2,
};
const { loss, accuracy, accuracyPerRule } = scores;
const step = (step: number): StepEvent => {
  const speed = { tokensPerSecond: 5, secondsLeft: 1 };
  return { type: 'step', step, loss, accuracy, accuracyPerRule, learningRate: 1e-3, ...speed };
};
const start = (step: number) => ({ type: 'start', step, steps: 9, parameters: 1 }) as const;

it('has one line for each logged step and evaluation', async () => {
  const path = join(temporaryDirectory(), 'metrics.jsonl');
  const sink = metricsFile(path);
  const end = {
    type: 'end',
    step: 2,
    steps: 2,
    reason: 'completed',
    parameters: 1,
    seconds: 0,
    evaluation: null,
  } as const;
  for (const event of [start(0), step(2), { type: 'evaluation', step: 2, ...scores } as const, end])
    await sink.write(event);
  sink.close();
  expect(readFileSync(path, 'utf8')).toBe(
    '{"step":2,"split":"train","loss":0.1,"accuracy":0.5,"accuracyPerRule":{"a":0.5},"learningRate":0.001,"tokensPerSecond":5}\n' +
      '{"step":2,"split":"evaluation","loss":0.1,"accuracy":0.5,"accuracyPerRule":{"a":0.5},"visibleAccuracy":null,' +
      '"visibleAccuracyPerRule":{},"visibleShare":0,"chance":0.25,"targets":2}\n',
  );
  expect(await readMetricsFile(path)).toMatchObject([{ split: 'train' }, { split: 'evaluation', targets: 2 }]);
});

it('drops later lines, and a torn one, when a run goes on', async () => {
  const path = join(temporaryDirectory(), 'metrics.jsonl');
  const sink = metricsFile(path);
  for (const event of [start(0), step(1), step(2), step(3)]) await sink.write(event);
  sink.close();
  const [first, second] = readFileSync(path, 'utf8').split('\n');
  appendFileSync(path, '{"step":1,"split":"tr');
  expect(await readMetricsFile(path)).toHaveLength(3);
  await sink.write(start(2));
  await sink.write(step(4));
  sink.close();
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines.slice(0, 2)).toEqual([first, second]);
  expect((await readMetricsFile(path)).map((line) => line.step)).toEqual([1, 2, 4]);
});

it('names a line that is not one of metrics', async () => {
  const path = join(temporaryDirectory(), 'metrics.jsonl');
  for (const bad of ['{"step":1,"split":"train","loss":"low"}', '{"step":1,', '[]']) {
    writeFileSync(path, `${bad}\n{"step":9}\n`);
    await expect(readMetricsFile(path)).rejects.toMatchObject({
      code: 'SWITCHYARD_RUN_METRICS',
      message: `${path}:1 is not a line of metrics: remove it`,
    });
  }
});

it('is empty where nothing was written', async () => {
  expect(await readMetricsFile(join(temporaryDirectory(), 'metrics.jsonl'))).toEqual([]);
});
