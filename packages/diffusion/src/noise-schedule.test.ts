import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cosineSchedule, levelAt, linearSchedule, logSnr, noiseSchedule } from './noise-schedule.ts';

test('the linear schedule has the β of Ho et al., and ᾱ is their running product', () => {
  const { betas, alphaBars } = linearSchedule();
  expect([betas[0], betas[999]]).toEqual([1e-4, 0.02]);
  expect(betas[500]! - betas[499]!).toBeCloseTo((0.02 - 1e-4) / 999, 12);
  expect(alphaBars[0]).toBeCloseTo(0.9999, 12);
  expect(alphaBars[1]).toBeCloseTo(0.9999 * (1 - betas[1]!), 12);
  expect(alphaBars[999]! / 4.0358297e-5).toBeCloseTo(1, 6); // of the DDPM reference implementation
});

test('the cosine schedule has the ᾱ of its formula up to where β is capped', () => {
  const { alphaBars, betas } = cosineSchedule(1000);
  const f = (t: number) => Math.cos((((t / 1000 + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  for (const t of [0, 10, 500, 900, 998]) expect(alphaBars[t]! / (f(t + 1) / f(0))).toBeCloseTo(1, 9);
  expect(betas[999]).toBe(0.999);
});

test('schedules of any length lose the image steadily and end in noise', () => {
  fc.assert(
    fc.property(fc.constantFrom('linear', 'cosine'), fc.integer({ min: 100, max: 3000 }), (name, timesteps) => {
      const schedule = noiseSchedule(name, timesteps);
      expect(schedule.betas).toHaveLength(timesteps);
      for (let t = 0; t < timesteps; t++) expect(logSnr(schedule, t)).toBeLessThan(logSnr(schedule, t - 1));
      expect(levelAt(schedule, -1)).toEqual({ signal: 1, noise: 0 });
      expect(levelAt(schedule, timesteps - 1).signal).toBeLessThan(0.02);
      const { signal, noise } = levelAt(schedule, timesteps >> 1);
      expect(signal ** 2 + noise ** 2).toBeCloseTo(1, 12);
    }),
    { numRuns: 20 },
  );
});

test.each([
  [() => linearSchedule(20), 'a schedule of 20 timesteps: it must be a whole number above 20; 1000 is usual'],
  [() => cosineSchedule(2.5), 'a schedule of 2.5 timesteps: it must be a whole number above 2; 1000 is usual'],
])('refuses lengths for which there is no such schedule', (make, message) => {
  expect(make).toThrow(expect.objectContaining({ code: 'SWITCHYARD_DIFFUSION_OPTION', message }));
});
