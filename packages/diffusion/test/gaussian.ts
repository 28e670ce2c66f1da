import { levelAt, type NoiseSchedule } from '../src/noise-schedule.ts';
import type { PredictNoise } from '../src/sampler.ts';

/** One pixel of data that is distributed normally. */
export interface Gaussian {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * The exact prediction where pixel i is normal with mean m and deviation d: x_t is normal with mean signal·m and variance
 * v = signal²·d² + noise², and the expected noise in it is noise · (x_t − signal·m) ÷ v, which is −noise times the score.
 */
export function exactNoise(schedule: NoiseSchedule, pixels: readonly Gaussian[]): PredictNoise {
  return (x, timestep) => {
    const { signal, noise } = levelAt(schedule, timestep);
    return x.map((value, i) => {
      const { mean, deviation } = pixels[i % pixels.length]!;
      return (noise * (value - signal * mean)) / (signal ** 2 * deviation ** 2 + noise ** 2);
    });
  };
}

/**
 * The probability-flow equation keeps every point at its quantile: from x at timestep t it arrives at
 * m + d · (x − signal·m) ÷ √(signal²·d² + noise²), whatever path the schedule takes.
 */
export function exactFlow(schedule: NoiseSchedule, pixels: readonly Gaussian[], x: Float32Array): number[] {
  const { signal, noise } = levelAt(schedule, schedule.timesteps - 1);
  return Array.from(x, (value, i) => {
    const { mean, deviation } = pixels[i % pixels.length]!;
    return mean + (deviation * (value - signal * mean)) / Math.hypot(signal * deviation, noise);
  });
}
