import { z } from 'zod';
import { parseOptions } from './options.ts';

const warmup = z.int().min(0).default(0).describe('steps over which the rate rises from 0');

/** Configuration of a learning-rate schedule; `warmup` counts steps. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), warmup }),
  z.strictObject({ kind: z.literal('cosine'), warmup }),
]);

export type Schedule = z.output<typeof scheduleSchema>;

/** Linear warm-up, then the peak rate to the end. */
export function constant(options: { warmup?: number } = {}): Schedule {
  return parseOptions('constant', scheduleSchema, { kind: 'constant', ...options });
}

/** Linear warm-up, then half a cosine from the peak rate down to (almost) zero at the last step. */
export function cosine(options: { warmup?: number } = {}): Schedule {
  return parseOptions('cosine', scheduleSchema, { kind: 'cosine', ...options });
}

/**
 * The factor on the peak learning rate at `step` (the first step is 1) of a run of `steps`:
 * step ÷ warmup while warming up; then 1, or ½(1 + cos π·(step − warmup − 1) ÷ (steps − warmup)), which starts at 1 on
 * the first step after the warm-up and would reach 0 one step after the last, so that no step is wasted.
 */
export function scheduleFactor(schedule: Schedule, step: number, steps: number): number {
  if (step <= schedule.warmup) return step / schedule.warmup;
  if (schedule.kind === 'constant') return 1;
  return 0.5 * (1 + Math.cos((Math.PI * (step - schedule.warmup - 1)) / (steps - schedule.warmup)));
}
