import { expect, test } from 'vitest';
import { meanInterval } from './interval.ts';
import { learningCurve } from './learning-curve.ts';

const curve = (values: Record<number, number>, stoppedEarly = false) => ({
  points: Object.entries(values).map(([step, value]) => ({ step: Number(step), value })),
  stoppedEarly,
});

test('each step has the mean and interval of the runs evaluated there', () => {
  const points = learningCurve([curve({ 0: 0.1, 100: 0.5 }), curve({ 0: 0.3, 100: 0.6, 200: 0.9 })], { range: [0, 1] });
  expect(points).toEqual([
    { step: 0, ...meanInterval([0.1, 0.3], { range: [0, 1] }) },
    { step: 100, ...meanInterval([0.5, 0.6], { range: [0, 1] }) },
    { step: 200, ...meanInterval([0.9]) },
  ]);
});

test('a run that stopped at its target keeps it', () => {
  const means = learningCurve([curve({ 0: 0.25, 100: 1 }, true), curve({ 0: 0.25, 100: 0.5, 200: 0.5 })]);
  expect(means.map(({ step, mean, count }) => [step, mean, count])).toEqual([
    [0, 0.25, 2],
    [100, 0.75, 2],
    [200, 0.75, 2],
  ]);
});

test('nothing comes of nothing', () => expect(learningCurve([])).toEqual([]));
