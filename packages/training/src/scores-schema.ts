import { z } from 'zod';

const share = z.number().min(0).max(1);
const step = z.int().min(0);

/** What is read back of a logged step. */
export const stepSchema = z.object({
  step,
  loss: z.number(),
  accuracy: share.nullable(),
  accuracyPerRule: z.record(z.string(), share),
  measures: z.record(z.string(), z.number()).exactOptional(),
  learningRate: z.number(),
  tokensPerSecond: z.number(),
});

/** What is read back of an evaluation. */
export const evaluationSchema = z.object({
  step,
  loss: z.number(),
  accuracy: share,
  accuracyPerRule: z.record(z.string(), share),
  measures: z.record(z.string(), z.number()).optional(),
  visibleAccuracy: share.nullable(),
  visibleAccuracyPerRule: z.record(z.string(), share),
  visibleShare: share,
  chance: share,
  targets: z.int().min(0),
});
