import type { z } from 'zod';
import { ConfigError } from './config-error.ts';
import type { ConfigKey } from './keys.ts';
import { problem } from './problem.ts';
import type { Values } from './values.ts';

/** How a path reads in a message: as the flag, or as the key of the file it came from. */
export type KeyName = (path: string) => string;

/**
 * Validates values against a schema.
 *
 * @throws ConfigError with the first problem in one line
 */
export function validate<S extends z.ZodType>(
  schema: S,
  values: Values,
  keys: readonly ConfigKey[],
  name: KeyName,
): z.output<S> {
  const result = schema.safeParse(values);
  if (!result.success) throw new ConfigError(problem(result.error, values, keys, name), { cause: result.error });
  return result.data;
}
