import { z } from 'zod';

/** A level of a factor: a value of a config key, or the name of a variant. */
const levelSchema = z.union([z.string(), z.number(), z.boolean()]);

export type Level = z.output<typeof levelSchema>;

/** Levels by factor: one combination, as `{ architecture: lstm, task.context: anchor }`. */
export type Factors = Readonly<Record<string, Level>>;

/** Some of the combinations of a study: those that have, for every factor named, the level (or one of the levels). */
const selectorSchema = z.record(z.string(), z.union([levelSchema, z.array(levelSchema).min(1)]));

export type Selector = z.output<typeof selectorSchema>;

const metricSchema = z
  .string()
  .describe(
    '`final.` or `best.` (final where neither stands), then loss, accuracy, visibleAccuracy, accuracy.<rule>, of text bitsPerByte, perplexity, or a metric of the probe',
  );

const comparisonSchema = z.strictObject({
  name: z.string().optional().describe('how the report calls it; by default made from the factors that differ'),
  claim: z.int().min(1).optional().describe('number of the claim of a paper that it tests, as in PAPERS.md'),
  a: selectorSchema.describe('the runs that the comparison is about'),
  b: selectorSchema.optional().describe('the runs they are compared with, matched by all factors that neither names'),
  than: z.number().optional().describe('or the number they are compared with'),
  metric: metricSchema.default('accuracy'),
  reaches: z
    .number()
    .optional()
    .describe('a run counts as 1 where its metric reaches this, else as 0: shares of runs are compared'),
  each: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('factors at every level (combination of levels) of which the claim must hold'),
  slope: z
    .string()
    .optional()
    .describe('a factor of numbers: the slope of the difference against the rank of its levels is tested'),
  direction: z
    .enum(['greater', 'less', 'different', 'similar', 'notLess'])
    .default('greater')
    .describe(
      'what is claimed of a against b; similar: the difference is smaller than the margin; notLess: a is not lower by the margin or more',
    ),
  margin: z.number().min(0).default(0).describe('a difference up to this counts as none'),
  test: z.enum(['permutation']).default('permutation').describe('of the differences, paired by seed'),
});

export type Comparison = z.output<typeof comparisonSchema>;

/** What a study.yaml holds. */
export const studySchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be words of a–z and 0–9 joined by hyphens'),
  claim: z.string().min(1).describe('what the study tests, in words'),
  papers: z.array(z.int().min(1)).default([]).describe('numbers of the claims it tests, as in PAPERS.md'),
  base: z.record(z.string(), z.unknown()).default({}).describe('keys of `switchyard train` that all runs share'),
  factors: z
    .record(z.string(), z.union([z.array(levelSchema).min(1), z.record(z.string(), z.record(z.string(), z.unknown()))]))
    .describe('a config key with its values, or a name with named parts of a config'),
  exclude: z.array(selectorSchema).default([]).describe('combinations that make no sense'),
  seeds: z
    .union([z.int().min(1), z.array(z.int().min(0)).min(1)])
    .default(5)
    .describe('the seeds of every combination, or how many from 0'),
  budget: z
    .union([z.strictObject({ steps: z.int().min(1) }), z.strictObject({ tokens: z.int().min(1) })])
    .optional()
    .describe('training of every run, in steps or in input tokens'),
  stop: z
    .strictObject({ accuracy: z.number().min(0).max(1) })
    .optional()
    .describe('a run ends at the first evaluation that reaches this'),
  select: z
    .strictObject({
      over: z.string().describe('the factor whose level is chosen, for each combination of the others'),
      by: metricSchema.default('accuracy').describe('metric whose mean over the selection seeds decides'),
      seeds: z
        .union([z.int().min(1), z.array(z.int().min(0)).min(1)])
        .default(1)
        .describe('seeds of the selection, none of them a seed of the study, or how many from 1000'),
    })
    .optional(),
  test: z
    .strictObject({
      alpha: z.number().gt(0).lt(1).default(0.05).describe('of all comparisons together, after Holm'),
      comparisons: z.array(comparisonSchema).min(1),
    })
    .optional(),
});

export type StudyConfig = z.output<typeof studySchema>;
