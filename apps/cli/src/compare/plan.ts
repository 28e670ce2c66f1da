import { iarcSchema } from '@switchyard/experiments/config';
import {
  portable,
  resolveRun,
  runSchema,
  type SequenceRun,
  sequenceRunOf,
  shortHash,
} from '@switchyard/experiments/run';
import { backendNames } from '@switchyard/training';
import { z } from 'zod';
import { type Contestant, contestants } from './contestants.ts';

/** Steps of a comparison: fixed numbers, so that every machine computes the same table. */
const budgets = {
  /** At most four minutes on two cores. */
  quick: 1500,
  /** Until the curves are flat. */
  full: 30_000,
};

export const compareSchema = z.strictObject({
  budget: z.enum(['quick', 'full']).default('quick').describe('how long to train: minutes, or twenty times as long'),
  steps: z
    .int()
    .min(1)
    .optional()
    .describe(`steps of every model; by default ${budgets.quick} for quick, ${budgets.full} for full`),
  seed: z.int().min(0).default(0).describe('seed of weights and data'),
  backend: z.enum(backendNames).default('auto').describe('where tensors live'),
  window: z.int().min(1).default(20).describe('tokens a model sees'),
  batchSize: z.int().min(1).default(100).describe('sequences in a training batch'),
  task: iarcSchema.omit({ kind: true }).prefault({}),
  jobs: z
    .int()
    .min(1)
    .optional()
    .describe('models trained at a time; by default as many as cores; results do not depend on it'),
  out: z
    .string()
    .optional()
    .describe('directory of the comparison; by default runs/compare-<budget>-<hash of the configuration>'),
  json: z.boolean().default(false).describe('print the comparison as JSON'),
});

export type CompareOptions = z.output<typeof compareSchema>;

/** One model of a comparison and the run that trains it. */
export interface Entry extends Contestant {
  readonly run: SequenceRun;
}

/** The runs of a comparison: same task, data, steps and targets; models and their learning rates differ. */
export async function planComparison(options: CompareOptions): Promise<Entry[]> {
  const { budget, seed, backend, window, batchSize, task } = options;
  const steps = options.steps ?? budgets[budget];
  return Promise.all(
    contestants.map(async (contestant) => {
      const values = {
        ...{ seed, backend, window, batchSize, steps },
        task: { kind: 'iarc', ...task },
        model: contestant.model,
        optimizer: { kind: 'adam', learningRate: contestant.learningRate },
        schedule: { kind: 'cosine', warmup: Math.min(100, Math.floor(steps / 10)) },
        clip: 1,
        log: { every: Math.max(1, Math.round(steps / 100)) },
        evaluation: { every: Math.max(1, Math.round(steps / 20)), batches: 10, batchSize: 200, positions: 'last' },
        checkpoint: { every: Math.max(1, Math.round(steps / 5)), keep: 1 },
      };
      return { ...contestant, run: sequenceRunOf(resolveRun(runSchema.parse(values), (key) => key)) };
    }),
  );
}

/** The command that makes the same comparison: every option that is not the default and has a part in the results. */
export function commandOf(options: CompareOptions): string {
  const { out: _out, json: _json, jobs: _jobs, task, ...others } = options;
  const { task: defaultTask, ...defaults } = compareSchema.parse({});
  const changed = (given: object, standard: object, prefix = '') =>
    Object.entries(given)
      .filter(([key, value]) => value !== Object.entries(standard).find(([name]) => name === key)?.[1])
      .map(([key, value]) => ` --${prefix}${key} ${value}`);
  return ['switchyard compare', ...changed(others, defaults), ...changed(task, defaultTask, 'task.')].join('');
}

/** A directory name that comparisons of different configuration do not share. */
export function comparisonName(budget: string, entries: readonly Entry[]): string {
  return `compare-${budget}-${shortHash(entries.map(({ run }) => portable(run)))}`;
}
