import { readTokenizer } from '@switchyard/experiments/run';
import { generateTokens } from '@switchyard/models';
import { z } from 'zod';
import { asUsage, UsageError } from '../errors.ts';
import { loadModel, readRunOptions } from '../run/load-run.ts';
import type { Sampler, SampleSource } from './sampler.ts';

const defaults = { tokens: 200, temperature: 0.8 };

const keys = {
  prompt: z.string().optional().describe('text to continue; without it, the beginning of a document'),
  tokens: z
    .int()
    .min(0)
    .optional()
    .describe(`tokens to add at most, by default ${defaults.tokens}; a document may end before`),
  temperature: z
    .number()
    .min(0)
    .optional()
    .describe(`below 1 likely tokens become likelier, 0 takes the likeliest; by default ${defaults.temperature}`),
  topK: z.int().min(1).optional().describe('draw from so many of the likeliest tokens; by default from all'),
  topP: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('draw from the likeliest tokens whose probabilities add up to this; by default from all'),
};

type TextOptions = z.output<z.ZodObject<typeof keys>>;

/** Models that are sampled from token by token. */
export const generatingKinds: readonly string[] = ['transformer', 'cogformer'];

/** Continues a prompt with the model of a run on text. The text that it was trained on is not needed: the run holds its tokenizer. */
export const textSampler: Sampler<typeof keys> = {
  keys,
  async sample(source, options) {
    const { prompt, continuation, tokens } = await continueText(source, options);
    const { seed, json } = source;
    const text = process.stdout.isTTY ? printable(prompt + continuation) : prompt + continuation;
    process.stdout.write(`${json ? JSON.stringify({ prompt, continuation, tokens, seed }) : text}\n`);
  },
};

/** Text without what a terminal would obey: a model of bytes may write any control character. */
const printable = (text: string) => text.replaceAll(/[^\P{Cc}\n\t]/gu, '\ufffd');

/** A prompt, what the model of a run writes behind it, and how many tokens that took. */
function continueText(source: SampleSource, options: TextOptions) {
  return asUsage(async () => {
    const { options: config } = await readRunOptions(source.run);
    if (!generatingKinds.includes(config.model.kind)) {
      throw new UsageError(
        `${source.run} holds a model of kind ${config.model.kind}: text is sampled from ${generatingKinds.join(' and ')} models`,
      );
    }
    const tokenizer = readTokenizer(source.run);
    const separator = tokenizer.labels.length; // as the task `text` has it
    const { prompt = '', tokens = defaults.tokens, temperature = defaults.temperature, topK, topP } = options;
    const start = [separator, ...tokenizer.encode(prompt)];
    const { model } = await loadModel(source);
    const draw = {
      tokens,
      temperature,
      seed: source.seed,
      stop: separator,
      ...(topK && { topK }),
      ...(topP && { topP }),
    };
    const drawn = [...generateTokens(model, start, draw)];
    model.dispose();
    return { prompt, continuation: tokenizer.decode(drawn), tokens: drawn.length };
  });
}
