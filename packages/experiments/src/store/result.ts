import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const values = z.record(z.string(), z.number());

const curvePointSchema = z.object({
  step: count,
  /** Nats. */
  loss: z.number(),
  accuracy: share,
  visibleAccuracy: share.nullable(),
  accuracyPerRule: z.record(z.string(), share),
});

/** One evaluation of a run on its frozen sequences. */
export type CurvePoint = z.output<typeof curvePointSchema>;

/** What a finished run measured. */
export const runResultSchema = z.object({
  /** `loss`, `accuracy`, `visibleAccuracy`, `accuracy.<rule>`: of the last evaluation, and the best over all. */
  metrics: z.object({ final: values, best: values }),
  curve: z.array(curvePointSchema),
  steps: count,
  /** True where the study's target accuracy ended it before its last step. */
  stoppedEarly: z.boolean(),
  /** Trainable weights. */
  parameters: count,
  /** Input tokens trained on. */
  trainingTokens: count,
  /** Time of the training steps, evaluations and checkpoints left out. */
  seconds: z.number(),
  /** The backend that it ran on. */
  backend: z.string(),
  /** Accuracy of guessing. */
  chance: share,
});

export type RunResult = z.output<typeof runResultSchema>;
