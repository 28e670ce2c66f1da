import { type SamplerOptions, type StepNoise, walk } from './sampler.ts';

/**
 * DDPM (Ho, Jain and Abbeel 2020, equation 6), ancestral: x_s is drawn from q(x_s | x_t, x₀), a normal distribution with
 * variance v = (1 − ᾱ_s) ÷ (1 − ᾱ_t) · (1 − ᾱ_t ÷ ᾱ_s) and mean √ᾱ_s · x₀ + √(1 − ᾱ_s − v) · ε. With as many steps as
 * timesteps, v is the β̃_t of the paper; with fewer it is the same distribution between the timesteps that are left.
 *
 * @param options.stepNoise the draws; the last step, to the image itself, has v = 0
 * @returns images, laid out as `start`
 */
export function ddpm(options: SamplerOptions & { readonly stepNoise: StepNoise }): Promise<Float32Array> {
  return walk(options, 'time', ({ index, from, to, image, noise }) => {
    const kept = (from.signal / to.signal) ** 2;
    const variance = to.noise === 0 ? 0 : (to.noise / from.noise) ** 2 * (1 - kept);
    const direction = Math.sqrt(Math.max(0, to.noise ** 2 - variance));
    const deviation = Math.sqrt(variance);
    const drawn = variance === 0 ? image : options.stepNoise(index, image.length);
    return image.map((pixel, i) => to.signal * pixel + direction * noise[i]! + deviation * drawn[i]!);
  });
}
