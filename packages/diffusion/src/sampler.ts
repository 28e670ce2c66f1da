import { DiffusionError } from './errors.ts';
import { levelAt, logSnr, type NoiseSchedule } from './noise-schedule.ts';

/** The noise ε that a model finds in x_t, for all elements of x_t at once. */
export type PredictNoise = (x: Float32Array, timestep: number) => Float32Array | Promise<Float32Array>;

/** Standard normal numbers for one step of a sampler, the same whenever they are asked for. */
export type StepNoise = (step: number, size: number) => ArrayLike<number>;

export interface SamplerOptions {
  readonly schedule: NoiseSchedule;
  /** How many predictions are made. */
  readonly steps: number;
  readonly predictNoise: PredictNoise;
  /** Standard normal numbers to begin with; any number of images, side by side. They are not changed. */
  readonly start: Float32Array;
  /** Images lie in [−limit, limit]: what a prediction says of x₀ is clipped to that. Without it nothing is clipped. */
  readonly limit?: number | undefined;
  /** Ends the sampling between two steps, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** One step of a sampler: from x_t to x_s with s < t. */
export interface SamplerStep {
  /** Number of the step, from 0. */
  readonly index: number;
  readonly from: { readonly signal: number; readonly noise: number };
  readonly to: { readonly signal: number; readonly noise: number };
  readonly x: Float32Array;
  /** What the prediction says of the image: x₀ = (x_t − √(1−ᾱ_t)·ε) ÷ √ᾱ_t, clipped. */
  readonly image: Float32Array;
  /** The noise that goes with it. */
  readonly noise: Float32Array;
}

/** How the timesteps of a sampler are spread: evenly, or evenly in λ = log(√ᾱ ÷ √(1 − ᾱ)). */
export type Spacing = 'time' | 'logSnr';

/**
 * `steps` timesteps from T−1 down to 0, spread as evenly as whole numbers allow, then −1, which is the image itself.
 *
 * @throws DiffusionError `SWITCHYARD_DIFFUSION_OPTION` for more steps than the schedule has timesteps
 */
export function samplingTimesteps(schedule: NoiseSchedule, steps: number, spacing: Spacing = 'time'): number[] {
  const last = schedule.timesteps - 1;
  if (!Number.isSafeInteger(steps) || steps < 1 || steps > schedule.timesteps) {
    throw new DiffusionError(
      'SWITCHYARD_DIFFUSION_OPTION',
      `${steps} sampling steps: they must be a whole number from 1 to the ${schedule.timesteps} timesteps of the schedule`,
    );
  }
  const place = spacing === 'time' ? (t: number) => t : (t: number) => -logSnr(schedule, t);
  const [lowest, highest] = [place(0), place(last)];
  const times: number[] = [];
  let t = last;
  for (let index = 0; index < steps; index++) {
    const wanted = highest - (index * (highest - lowest)) / Math.max(steps - 1, 1);
    while (t > 0 && Math.abs(place(t - 1) - wanted) <= Math.abs(place(t) - wanted)) t--;
    // Every timestep at most once, and enough of them left for the steps to come.
    t = Math.max(Math.min(t, (times.at(-1) ?? last + 1) - 1), steps - 1 - index);
    times.push(t);
  }
  return [...times, -1];
}

/** Walks from noise to images; `advance` makes x_s of each step. */
export async function walk(
  options: SamplerOptions,
  spacing: Spacing,
  advance: (step: SamplerStep) => Float32Array,
): Promise<Float32Array> {
  const { schedule, steps, predictNoise, start, limit = Number.POSITIVE_INFINITY, signal } = options;
  const times = samplingTimesteps(schedule, steps, spacing);
  let x = start;
  for (const [index, t] of times.slice(0, -1).entries()) {
    signal?.throwIfAborted();
    const predicted = await predictNoise(x, t);
    const from = levelAt(schedule, t);
    const image = new Float32Array(x.length);
    const noise = new Float32Array(x.length);
    for (let i = 0; i < x.length; i++) {
      const implied = (x[i]! - from.noise * predicted[i]!) / from.signal;
      image[i] = Math.min(Math.max(implied, -limit), limit);
      // Where the image was clipped, the noise is what x_t then leaves for it.
      noise[i] = image[i] === Math.fround(implied) ? predicted[i]! : (x[i]! - from.signal * image[i]!) / from.noise;
    }
    x = advance({ index, from, to: levelAt(schedule, times[index + 1]!), x, image, noise });
  }
  return x;
}
