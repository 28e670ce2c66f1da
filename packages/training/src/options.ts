import type { z } from 'zod';
import { TrainingError } from './errors.ts';

/**
 * Reads options through their schema.
 *
 * @throws TrainingError `SWITCHYARD_TRAINING_OPTION`, one line that names the first offending key.
 */
export function parseOptions<Schema extends z.ZodType>(what: string, schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const key = issue?.path.join('.');
  throw new TrainingError(
    'SWITCHYARD_TRAINING_OPTION',
    `${what}${key ? `: ${key}` : ''}: ${issue?.message ?? 'invalid'}`,
  );
}
