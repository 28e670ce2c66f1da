import { type RunKindName, runKindOf } from '@switchyard/experiments/run';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { loadKeys, readRunOptions } from '../run/load-run.ts';
import { imageSampler } from '../sample/images.ts';
import type { Sampler } from '../sample/sampler.ts';
import { textSampler } from '../sample/text.ts';

/** Kinds of runs that can be sampled from. */
const samplers: Partial<Record<RunKindName, Sampler>> = { text: textSampler, images: imageSampler };

export const command = defineCommand({
  summary: 'Sample from a trained generative model: text that continues a prompt, or images of a class.',
  positionals: ['run'],
  schema: z.strictObject({
    ...loadKeys,
    ...textSampler.keys,
    ...imageSampler.keys,
    seed: z.int().min(0).default(0).describe('seed of the draws'),
    json: z.boolean().default(false).describe('print the sample as JSON'),
  }),
  examples: [
    'sample runs/mine --prompt Ishmael',
    'sample runs/mine --tokens 400 --temperature 0.7 --top-k 40',
    'sample runs/mine --images 64 --class 7 --out grid.png',
  ],
  async run({ run, checkpoint, backend, seed, json, ...options }, name) {
    const { kind } = (await readRunOptions(run)).options.task;
    const sampler = samplers[runKindOf(kind)];
    if (!sampler) {
      throw new UsageError(
        `${run} is a run on ${kind}: samples are drawn from runs on ${Object.keys(samplers).join(' or ')}; \`switchyard generate ${kind}\` prints sequences of the task`,
      );
    }
    const foreign = Object.entries(options).find(([key, value]) => value !== undefined && !(key in sampler.keys));
    if (foreign) throw new UsageError(`${name(foreign[0])} is not for runs on ${kind}, as ${run} is: leave it out`);
    await sampler.sample({ run, checkpoint, backend, seed, json }, options);
  },
});
