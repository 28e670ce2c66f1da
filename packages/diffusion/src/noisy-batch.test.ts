import { expect, test } from 'vitest';
import { tinyImages } from '../test/tiny.ts';
import { imageBatch } from './image-batch.ts';
import { levelAt, linearSchedule } from './noise-schedule.ts';
import { noisyBatch } from './noisy-batch.ts';

const set = tinyImages();
const schedule = linearSchedule(500);

test('x_t = √ᾱ·x₀ + √(1−ᾱ)·ε of the images of the same batch, timesteps told on a scale of 1000', () => {
  const options = { seed: 3, index: 5, batchSize: 8, dropClass: 0 };
  const { images, labels } = imageBatch(set, options);
  const batch = noisyBatch(set, schedule, options);
  expect([...batch.labels]).toEqual([...labels]);
  for (const [i, x] of batch.noisy.entries()) {
    const { signal, noise } = levelAt(schedule, batch.timesteps[i >> 4]! / 2);
    expect(x).toBeCloseTo(signal * images[i]! + noise * batch.noise[i]!, 5);
  }
  expect(noisyBatch(set, schedule, options)).toEqual(batch);
});

test('over many batches timesteps are uniform, noise standard normal, and a tenth of the classes untold', () => {
  const batches = [...Array(200).keys()].map((index) =>
    noisyBatch(set, schedule, { seed: 1, index, batchSize: 10, dropClass: 0.1 }),
  );
  const times = batches.flatMap(({ timesteps }) => [...timesteps]);
  expect(times.reduce((sum, t) => sum + t, 0) / times.length / 499).toBeCloseTo(1, 1);
  expect(Math.min(...times)).toBeLessThan(20);
  expect(Math.max(...times)).toBeGreaterThan(978);
  const noise = batches.flatMap((batch) => [...batch.noise]);
  expect(noise.reduce((sum, e) => sum + e, 0) / noise.length).toBeCloseTo(0, 1);
  expect(noise.reduce((sum, e) => sum + e * e, 0) / noise.length).toBeCloseTo(1, 1);
  const untold = batches.flatMap(({ labels }) => [...labels]).filter((label) => label === 2).length;
  expect(Math.abs(untold / 2000 - 0.1)).toBeLessThan(0.02);
});
