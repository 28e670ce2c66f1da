import { expect, test } from 'vitest';
import { exactNoise } from '../test/gaussian.ts';
import { guide } from './guidance.ts';
import { linearSchedule } from './noise-schedule.ts';
import { sample, samplerNames } from './sample.ts';

const schedule = linearSchedule();
const predictNoise = exactNoise(schedule, [{ mean: 0.5, deviation: 0.3 }]);

test.each(samplerNames)('%s: seeds decide; image n is the same however many are made', async (sampler) => {
  const make = (count: number, seed: number) =>
    sample({ sampler, schedule, steps: 10, predictNoise, size: 3, count, seed });
  const four = await make(4, 1);
  expect(four).toEqual(await make(4, 1));
  expect(four.slice(0, 6)).toEqual(await make(2, 1));
  expect(four).not.toEqual(await make(4, 2));
  expect(new Set(four).size).toBe(12);
});

test('the images have the distribution of the data', async () => {
  for (const [sampler, steps] of [
    ['ddpm', 1000],
    ['ddim', 100],
    ['dpm-solver', 40],
  ] as const) {
    const images = await sample({ sampler, schedule, steps, predictNoise, size: 1, count: 500, seed: 3 });
    const mean = images.reduce((sum, x) => sum + x, 0) / images.length;
    const deviation = Math.sqrt(images.reduce((sum, x) => sum + (x - mean) ** 2, 0) / images.length);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.04); // three standard errors
    expect(Math.abs(deviation - 0.3)).toBeLessThan(0.035);
  }
});

test('guidance goes from the prediction without a class through the one with it, and beyond', async () => {
  const withClass = () => Float32Array.of(1, 2);
  const without = () => Float32Array.of(0, 4);
  const x = new Float32Array(2);
  for (const [guidance, expected] of [
    [0, [0, 4]],
    [0.5, [0.5, 3]],
    [1, [1, 2]],
    [3, [3, -2]],
  ] as const) {
    expect([...(await guide(withClass, without, guidance)(x, 5))]).toEqual(expected);
  }
});
