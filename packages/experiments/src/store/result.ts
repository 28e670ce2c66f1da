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
  /** What else the evaluation measured, such as bits per byte. */
  measures: values.exactOptional(),
});

/** One evaluation of a run on its frozen sequences. */
export type CurvePoint = z.output<typeof curvePointSchema>;

export const curveSchema = z.array(curvePointSchema);

/** What a finished run measured, its evaluations aside. */
export const measuresSchema = z.object({
  /** `loss`, `accuracy`, `visibleAccuracy`, `accuracy.<rule>`, of text `bitsPerByte`, `perplexity`: of the last evaluation, with what the probe measured, and the best over all. */
  metrics: z.object({ final: values, best: values }),
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
  /** Where and when it was made (ISO 8601), for reports; a run of an earlier version does not say. */
  machine: z.string().optional(),
  finished: z.string().optional(),
});

export type Measures = z.output<typeof measuresSchema>;

/** What a finished run measured. */
export interface RunResult extends Measures {
  readonly curve: readonly CurvePoint[];
}
