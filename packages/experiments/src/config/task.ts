import { countOnes, delayedSum, findZero, iarc, indirectObject, mixture, type SequenceTask } from '@switchyard/tasks';
import { z } from 'zod';
import { imagesSchema } from '../images/image-schema.ts';
import { textSchema } from '../text/text-schema.ts';

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

const bitSequence = {
  maximumLength: z.int().min(1).max(1024).default(32).describe('bits of the longest sequence'),
  minimumLength: z.int().min(1).max(1024).default(1).describe('bits of the shortest sequence'),
  bucket: z
    .int()
    .min(1)
    .max(1024)
    .default(8)
    .describe('lengths that share a rule, so that accuracy per rule is by length'),
  padding: z
    .enum(['front', 'behind'])
    .default('front')
    .describe('which end of a window is filled up; front: the answer is the last target'),
};

const countOnesSchema = z.strictObject({ kind: z.literal('countOnes'), ...bitSequence });

const findZeroSchema = z.strictObject({
  kind: z.literal('findZero'),
  ...bitSequence,
  ask: z.enum(['place', 'presence']).default('place').describe('where the zero stands, or whether there is one'),
});

const indirectObjectSchema = z.strictObject({
  kind: z.literal('indirectObject'),
  names: z.int().min(2).max(16).default(16).describe('how many names there are'),
});

/** Every task that makes its sequences itself as configuration, told apart by `kind`. */
export const taskVariants = [
  iarcSchema,
  delayedSumSchema,
  mixtureSchema,
  countOnesSchema,
  findZeroSchema,
  indirectObjectSchema,
] as const;

/** The same, text, and images. */
export const taskSchema = z.discriminatedUnion('kind', [...taskVariants, textSchema, imagesSchema]);

export type TaskConfig = z.output<typeof taskSchema>;

/** A task that makes its sequences itself. */
export type GeneratorConfig = z.output<(typeof taskVariants)[number]>;

/**
 * The task of a configuration that needs no data.
 *
 * @throws TaskError for options that do not go together
 */
export function createTask(config: GeneratorConfig): SequenceTask {
  switch (config.kind) {
    case 'iarc': {
      const { kind: _, ...options } = config;
      return iarc(options);
    }
    case 'delayedSum': {
      const { kind: _, ...options } = config;
      return delayedSum(options);
    }
    case 'countOnes': {
      const { kind: _, ...options } = config;
      return countOnes(options);
    }
    case 'findZero': {
      const { kind: _, ...options } = config;
      return findZero(options);
    }
    case 'indirectObject': {
      const { kind: _, ...options } = config;
      return indirectObject(options);
    }
    case 'mixture':
      return mixture(config.tasks.map(createTask));
  }
}
