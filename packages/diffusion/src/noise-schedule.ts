import { DiffusionError } from './errors.ts';

export const noiseScheduleNames = ['linear', 'cosine'] as const;

export type NoiseScheduleName = (typeof noiseScheduleNames)[number];

/**
 * How an image x₀ turns to noise over timesteps t = 0 … T−1: x_t = √ᾱ_t · x₀ + √(1 − ᾱ_t) · ε, with ε standard normal and
 * ᾱ_t = Π_{s ≤ t} (1 − β_s). Tables are float64.
 */
export interface NoiseSchedule {
  readonly name: NoiseScheduleName;
  /** T */
  readonly timesteps: number;
  /** β_t, the variance of the noise that timestep t adds. */
  readonly betas: Float64Array;
  /** ᾱ_t, the share of the variance that is still the image's. */
  readonly alphaBars: Float64Array;
}

/**
 * The schedule of Ho, Jain and Abbeel (2020): β grows linearly from 0.0001 to 0.02 over 1000 timesteps. With another number
 * of timesteps both ends are scaled by 1000 ÷ T, so that ᾱ ends where it ends with 1000.
 */
export function linearSchedule(timesteps = 1000): NoiseSchedule {
  checkTimesteps(timesteps, 20);
  const scale = 1000 / timesteps;
  const betas = Float64Array.from(
    { length: timesteps },
    (_, t) => scale * (1e-4 + ((0.02 - 1e-4) * t) / (timesteps - 1)),
  );
  return fromBetas('linear', betas);
}

/**
 * The schedule of Nichol and Dhariwal (2021): ᾱ after timestep t is f(t + 1) ÷ f(0) with
 * f(t) = cos²(π/2 · (t/T + 0.008) ÷ 1.008), and β at most 0.999.
 */
export function cosineSchedule(timesteps = 1000): NoiseSchedule {
  checkTimesteps(timesteps, 2);
  const f = (t: number) => Math.cos(((t / timesteps + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  const betas = Float64Array.from({ length: timesteps }, (_, t) => Math.min(0.999, 1 - f(t + 1) / f(t)));
  return fromBetas('cosine', betas);
}

/** A schedule by its name. */
export function noiseSchedule(name: NoiseScheduleName, timesteps = 1000): NoiseSchedule {
  return name === 'linear' ? linearSchedule(timesteps) : cosineSchedule(timesteps);
}

/** What a timestep leaves of the image and adds of noise: x_t = signal · x₀ + noise · ε. Before timestep 0, at t = −1, all is image. */
export function levelAt({ alphaBars }: NoiseSchedule, t: number): { readonly signal: number; readonly noise: number } {
  const alphaBar = t < 0 ? 1 : alphaBars[t]!;
  return { signal: Math.sqrt(alphaBar), noise: Math.sqrt(1 - alphaBar) };
}

/** λ_t = log(√ᾱ_t ÷ √(1 − ᾱ_t)), half the logarithm of the signal-to-noise ratio; infinite at t = −1. */
export function logSnr(schedule: NoiseSchedule, t: number): number {
  const { signal, noise } = levelAt(schedule, t);
  return Math.log(signal / noise);
}

function fromBetas(name: NoiseScheduleName, betas: Float64Array): NoiseSchedule {
  const alphaBars = new Float64Array(betas.length);
  let product = 1;
  for (const [t, beta] of betas.entries()) {
    product *= 1 - beta;
    alphaBars[t] = product;
  }
  return { name, timesteps: betas.length, betas, alphaBars };
}

function checkTimesteps(timesteps: number, least: number): void {
  if (Number.isSafeInteger(timesteps) && timesteps > least) return;
  throw new DiffusionError(
    'SWITCHYARD_DIFFUSION_OPTION',
    `a schedule of ${timesteps} timesteps: it must be a whole number above ${least}; 1000 is usual`,
  );
}
