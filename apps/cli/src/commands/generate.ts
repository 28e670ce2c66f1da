import { once } from 'node:events';
import { createTask, type GeneratorConfig, taskVariants } from '@switchyard/experiments/config';
import type { Batch } from '@switchyard/tasks';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { asUsage } from '../errors.ts';

const common = {
  seed: z.int().min(0).default(0).describe('seed of the sequences'),
  sequences: z.int().min(0).default(10).describe('number of sequences'),
  window: z.int().min(1).default(20).describe('input tokens; a sequence has one more, the last target'),
  format: z.enum(['jsonl']).default('jsonl').describe('one JSON object a line'),
};
const [iarc, delayedSum, mixture] = taskVariants;

const sequencesPerBatch = 256;

/** One line of JSON for each sequence of a batch. */
function jsonLines({ tokens, rules, visible, batchSize, window }: Batch): string {
  const length = window + 1;
  let lines = '';
  for (let row = 0; row < batchSize; row++) {
    const [from, to] = [row * length, (row + 1) * length];
    const [t, r, v] = [tokens, rules, visible].map((values) => values.subarray(from, to).join());
    lines += `{"tokens":[${t}],"rules":[${r}],"visible":[${v}]}\n`;
  }
  return lines;
}

export const command = defineCommand({
  summary: 'Print sequences of a task, with the rule of each token and whether the window shows what it follows from.',
  positionals: ['kind'],
  schema: z
    .discriminatedUnion('kind', [iarc.extend(common), delayedSum.extend(common), mixture.extend(common)])
    .describe('the task'),
  examples: [
    'generate iarc --seed 1 --sequences 1000 --window 64 --format jsonl',
    'generate iarc --context anchor --switch-probability 0.25',
    'generate delayedSum --modulus 2 --delay 3',
  ],
  async run({ seed, sequences, window, format: _, ...config }) {
    const task = await asUsage(() => createTask(config as GeneratorConfig));
    for (let made = 0, index = 0; made < sequences; made += sequencesPerBatch, index++) {
      const batchSize = Math.min(sequencesPerBatch, sequences - made); // a smaller batch holds the first of a larger one
      const text = jsonLines(await asUsage(() => task.batch({ seed, index, batchSize, window })));
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    }
  },
});
