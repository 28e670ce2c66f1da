import { createStream } from '@switchyard/random';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import { dpmSolver } from './dpm-solver.ts';
import type { SamplerOptions } from './sampler.ts';

export const samplerNames = ['ddpm', 'ddim', 'dpm-solver'] as const;

export type SamplerName = (typeof samplerNames)[number];

export interface SampleOptions extends Omit<SamplerOptions, 'start'> {
  readonly sampler: SamplerName;
  /** Numbers of one image. */
  readonly size: number;
  readonly count: number;
  /** The same seed gives the same images, and image n does not depend on how many are made. */
  readonly seed: number;
}

/**
 * Images from noise, all numbers drawn from the seed: image n from its own streams.
 *
 * @returns [count, size], one after the other
 */
export function sample({ sampler, size, count, seed, ...options }: SampleOptions): Promise<Float32Array> {
  const stream = createStream(seed).fork('sample');
  const draw = (label: string, step: number) => {
    const numbers = new Float32Array(count * size);
    for (let n = 0; n < count; n++) {
      stream.fork(label, n, step).fill(numbers.subarray(n * size, (n + 1) * size), 'normal');
    }
    return numbers;
  };
  const all = { ...options, start: draw('start', 0) };
  if (sampler === 'ddpm') return ddpm({ ...all, stepNoise: (step) => draw('step', step) });
  return sampler === 'ddim' ? ddim(all) : dpmSolver(all);
}
