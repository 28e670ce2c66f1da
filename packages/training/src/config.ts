import { z } from 'zod';
import { optimizerSchema } from './optimizer.ts';
import { scheduleSchema } from './schedule.ts';

const count = z.int().min(1);
const every = count.default(500);

const evaluationSchema = z.strictObject({
  every: every.describe('steps between evaluations; the last step is always evaluated'),
  batches: count.default(10).describe('number of frozen batches'),
  batchSize: count.default(200).describe('sequences, or images, in a frozen batch'),
  positions: z
    .enum(['all', 'last'])
    .default('last')
    .describe('targets that count; the last position is the one that every model answers for'),
  seed: z.int().min(0).optional().describe('seed of the frozen batches; by default derived from the seed'),
});

const checkpointSchema = z.strictObject({
  every: every.describe('steps between checkpoints; the last step always has one'),
  keep: count.default(3).describe('newest checkpoints that are kept, besides the best'),
});

/** How a run trains, with defaults: the part of a run's configuration that this package reads. */
export const trainingSchema = z.strictObject({
  seed: z.int().min(0).default(0).describe('seed of the training batches'),
  batchSize: count.default(100).describe('sequences, or images, in a training batch'),
  steps: count.default(5000).describe('number of updates'),
  loss: z.enum(['all', 'last']).default('all').describe('positions whose targets count in the loss'),
  optimizer: optimizerSchema.prefault({ kind: 'adamw' }),
  schedule: scheduleSchema.prefault({ kind: 'cosine' }),
  capture: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('record the step once and replay it, where the backend can; the results are the same'),
  clip: z.number().positive().optional().describe('largest global norm of the gradients; without it, no clipping'),
  averaging: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('decay of a moving average of the weights, which evaluations, and all that reads the run, then take'),
  log: z.strictObject({ every: count.default(50).describe('steps between logged steps') }).prefault({}),
  evaluation: evaluationSchema.prefault({}),
  checkpoint: checkpointSchema.prefault({}),
});

export type TrainingConfig = z.output<typeof trainingSchema>;
export type TrainingConfigInput = z.input<typeof trainingSchema>;
