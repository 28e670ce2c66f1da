import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactFlow, exactNoise } from '../test/gaussian.ts';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import { dpmSolver } from './dpm-solver.ts';
import { cosineSchedule, linearSchedule, type NoiseSchedule, noiseSchedule } from './noise-schedule.ts';
import { samplingTimesteps } from './sampler.ts';

const pixels = [
  { mean: 0.5, deviation: 0.3 },
  { mean: -0.8, deviation: 1 },
  { mean: 0, deviation: 0.2 },
  { mean: 0.2, deviation: 2 },
];
/** Four images of these pixels, from far apart places. */
const start = Float32Array.from({ length: 16 }, (_, i) => [-2, -0.7, 0.1, 1.8][i >> 2]!);
const silent = () => new Float32Array(start.length);

/** The largest distance of the images that a sampler makes from the exact solution of the probability-flow equation. */
async function error(sampler: typeof ddim, schedule: NoiseSchedule, steps: number): Promise<number> {
  const images = await sampler({ schedule, steps, predictNoise: exactNoise(schedule, pixels), start });
  return Math.max(...exactFlow(schedule, pixels, start).map((exact, i) => Math.abs(exact - images[i]!)));
}

describe('on Gaussian data, whose score and probability flow are known', () => {
  test.each([linearSchedule(10_000), cosineSchedule(10_000)])(
    'ddim, $name: to 1e-3, and of first order',
    async (fine) => {
      expect(await error(ddim, fine, 10_000)).toBeLessThan(1e-3);
      const ratio = (await error(ddim, fine, 200)) / (await error(ddim, fine, 400));
      expect(ratio).toBeGreaterThan(1.9);
      expect(ratio).toBeLessThan(2.1);
    },
  );

  test.each([linearSchedule(), cosineSchedule()])(
    'dpmSolver, $name: to 1e-3, and of second order',
    async (schedule) => {
      expect(await error(dpmSolver, schedule, 400)).toBeLessThan(1e-3);
      const ratio = (await error(dpmSolver, schedule, 30)) / (await error(dpmSolver, schedule, 60));
      expect(ratio).toBeGreaterThan(2.5);
      expect(await error(dpmSolver, schedule, 20)).toBeLessThan(0.5 * (await error(ddim, schedule, 20)));
    },
  );

  // DDPM is affine in its start and in every draw. So one image without draws gives the mean, one image for the start and
  // for every draw alone gives its share of the variance, exactly: nothing is sampled.
  test.each([linearSchedule(), cosineSchedule(), linearSchedule(50)])(
    'ddpm, $name, $timesteps steps: mean and variance follow its recursion, and the data',
    async (schedule) => {
      const { timesteps, betas, alphaBars } = schedule;
      const [pixel] = pixels as [(typeof pixels)[0]];
      const predictNoise = exactNoise(schedule, [pixel]);
      const images = await ddpm({
        schedule,
        steps: timesteps,
        predictNoise,
        start: Float32Array.from({ length: timesteps + 2 }, (_, i) => (i === 1 ? 1 : 0)),
        stepNoise: (step, size) => Float32Array.from({ length: size }, (_, i) => (i === step + 2 ? 1 : 0)),
      });
      const variance = images.reduce((sum, image) => sum + (image - images[0]!) ** 2, 0);

      let [mean, spread] = [0, 1];
      for (let t = timesteps - 1; t >= 0; t--) {
        // Ho et al., equation 7, with the expected image x₀ = m + √ᾱ·d²·(x − √ᾱ·m) ÷ v
        const [bar, before] = [alphaBars[t]!, t === 0 ? 1 : alphaBars[t - 1]!];
        const ofImage = (Math.sqrt(before) * betas[t]!) / (1 - bar);
        const ofNoisy = (Math.sqrt(1 - betas[t]!) * (1 - before)) / (1 - bar);
        const gain = (Math.sqrt(bar) * pixel.deviation ** 2) / (bar * pixel.deviation ** 2 + 1 - bar);
        const slope = ofImage * gain + ofNoisy;
        mean = slope * mean + ofImage * pixel.mean * (1 - gain * Math.sqrt(bar));
        spread = slope ** 2 * spread + ((1 - before) / (1 - bar)) * betas[t]!;
      }
      expect(images[0]).toBeCloseTo(mean, 4);
      expect(variance).toBeCloseTo(spread, 4);
      expect(mean).toBeCloseTo(pixel.mean, 3);
      if (timesteps === 1000) expect(Math.abs(Math.sqrt(spread) - pixel.deviation)).toBeLessThan(5e-3);
    },
  );
});

test('where x₀ is known and clipped, every sampler ends in it', async () => {
  const schedule = cosineSchedule();
  const image = Float32Array.from(start, (_, i) => (i % 3) - 1);
  for (const sampler of [
    ddim,
    dpmSolver,
    (options: Parameters<typeof ddim>[0]) => ddpm({ ...options, stepNoise: silent }),
  ]) {
    const predictNoise = (x: Float32Array, t: number) => {
      const bar = schedule.alphaBars[t]!;
      // Asks for twice the image: the limit makes it the image.
      return x.map((value, i) => (value - 2 * Math.sqrt(bar) * image[i]!) / Math.sqrt(1 - bar));
    };
    const made = await sampler({ schedule, steps: 25, predictNoise, start, limit: 1 });
    for (const [i, pixel] of made.entries()) expect(pixel).toBeCloseTo(image[i]!, 5);
  }
});

test('timesteps fall strictly from the last to 0 and then to the image, for any number of them', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('linear', 'cosine'),
      fc.integer({ min: 100, max: 400 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom('time', 'logSnr'),
      (name, timesteps, share, spacing) => {
        const steps = Math.max(2, Math.round(share * timesteps));
        const times = samplingTimesteps(noiseSchedule(name, timesteps), steps, spacing);
        expect(times).toHaveLength(steps + 1);
        expect([times[0], times.at(-2), times.at(-1)]).toEqual([timesteps - 1, 0, -1]);
        for (const [i, t] of times.slice(1).entries()) expect(t).toBeLessThan(times[i]!);
      },
    ),
  );
  expect(samplingTimesteps(linearSchedule(101), 5)).toEqual([100, 75, 50, 25, 0, -1]);
  expect(() => samplingTimesteps(linearSchedule(100), 101)).toThrow(
    '101 sampling steps: they must be a whole number from 1 to the 100 timesteps of the schedule',
  );
});

test('an aborted signal ends the sampling between two steps', async () => {
  const stop = new AbortController();
  let calls = 0;
  const predictNoise = (x: Float32Array) => {
    if (++calls === 3) stop.abort(new Error('enough'));
    return x;
  };
  await expect(
    ddim({ schedule: linearSchedule(), steps: 9, predictNoise, start, signal: stop.signal }),
  ).rejects.toThrow('enough');
  expect(calls).toBe(3);
});
