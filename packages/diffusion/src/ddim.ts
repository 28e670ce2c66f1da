import { type SamplerOptions, walk } from './sampler.ts';

/**
 * DDIM (Song, Meng and Ermon 2021, equation 12), deterministic: x_s = √ᾱ_s · x₀ + √(1 − ᾱ_s) · ε, with x₀ and ε from the
 * prediction at t. It is a first-order solver of the probability-flow equation.
 *
 * @returns images, laid out as `start`
 */
export function ddim(options: SamplerOptions): Promise<Float32Array> {
  return walk(options, 'time', ({ to, image, noise }) =>
    image.map((pixel, i) => to.signal * pixel + to.noise * noise[i]!),
  );
}
