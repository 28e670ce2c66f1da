import type { z } from 'zod';
import type { WeightsSource } from '../run/load-run.ts';

/** Keys that every kind of run is sampled with. */
export interface SampleSource extends WeightsSource {
  readonly seed: number;
  readonly json: boolean;
}

/** How `switchyard sample` samples from runs of one kind of task. */
export interface Sampler<Keys extends z.ZodRawShape = z.ZodRawShape> {
  /** Keys of its own, all optional: the command knows those of every kind, and refuses those of another. */
  readonly keys: Keys;
  /**
   * Writes the sample: data on stdout, what a person may want to know on stderr.
   *
   * @throws UsageError before anything is written
   */
  sample(source: SampleSource, options: z.output<z.ZodObject<Keys>>): Promise<void>;
}
