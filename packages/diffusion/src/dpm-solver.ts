import { type SamplerOptions, walk } from './sampler.ts';

/**
 * DPM-Solver++(2M) (Lu et al. 2022, algorithm 2): a second-order multistep solver of the probability-flow equation in
 * λ = log(√ᾱ ÷ √(1 − ᾱ)). With h = λ_s − λ_t, h′ the h of the step before and x₀′ its image:
 *
 *     D = x₀ + (h ÷ 2h′)·(x₀ − x₀′)
 *     x_s = √(1 − ᾱ_s) ÷ √(1 − ᾱ_t) · x_t − √ᾱ_s · (e^−h − 1) · D
 *
 * The first step has no step before it, and the last, to the image itself, has h = ∞: both take D = x₀.
 *
 * @returns images, laid out as `start`
 */
export function dpmSolver(options: SamplerOptions): Promise<Float32Array> {
  let before: { h: number; image: Float32Array } | undefined;
  return walk(options, 'logSnr', ({ from, to, x, image }) => {
    const h = Math.log(to.signal / to.noise) - Math.log(from.signal / from.noise);
    const share = before && Number.isFinite(h) ? h / (2 * before.h) : 0;
    const previous = before?.image ?? image;
    const kept = to.noise / from.noise;
    const gained = to.signal * -Math.expm1(-h);
    before = { h, image };
    return x.map((value, i) => kept * value + gained * (image[i]! + share * (image[i]! - previous[i]!)));
  });
}
