import { delayedSum, iarc, mixture, type SequenceTask } from '@switchyard/tasks';
import { z } from 'zod';

export const iarcSchema = z.strictObject({
  kind: z.literal('iarc'),
  symbols: z.int().min(2).default(16).describe('size N of the alphabet'),
  context: z.enum(['pointer', 'anchor']).default('pointer').describe('reading of the context rule'),
  switching: z.enum(['geometric', 'binomial']).default('geometric').describe('policy that ends a segment'),
  switchProbability: z
    .number()
    .gt(0)
    .max(1)
    .default(1 / 8)
    .describe('chance of a switch after a symbol, for geometric'),
  minimumSegment: z.int().min(1).default(1).describe('symbols a segment holds at least'),
});

const delayedSumSchema = z.strictObject({
  kind: z.literal('delayedSum'),
  modulus: z.int().min(2).default(16).describe('size N of the alphabet'),
  delay: z.int().min(2).default(4).describe('how far back the second summand lies'),
});

const mixtureSchema = z.strictObject({
  kind: z.literal('mixture'),
  tasks: z
    .array(z.discriminatedUnion('kind', [iarcSchema, delayedSumSchema]))
    .min(1)
    .describe('the tasks mixed'),
});

/** Every task as configuration, told apart by `kind`. */
export const taskVariants = [iarcSchema, delayedSumSchema, mixtureSchema] as const;

export const taskSchema = z.discriminatedUnion('kind', taskVariants);

export type TaskConfig = z.output<typeof taskSchema>;

/**
 * The task of a configuration.
 *
 * @throws TaskError for options that do not go together
 */
export function createTask(config: TaskConfig): SequenceTask {
  switch (config.kind) {
    case 'iarc': {
      const { kind: _, ...options } = config;
      return iarc(options);
    }
    case 'delayedSum': {
      const { kind: _, ...options } = config;
      return delayedSum(options);
    }
    case 'mixture':
      return mixture(config.tasks.map(createTask));
  }
}
