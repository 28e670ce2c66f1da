import type { z } from 'zod';
import { UsageError } from '../errors.ts';
import { readConfigFile } from './file.ts';
import { parseArguments } from './flags.ts';
import { type ConfigKey, configFlag, schemaKeys, sectionDefaults } from './keys.ts';
import { problem } from './problem.ts';
import { merge, nest, type Values } from './values.ts';

/** How a path reads in a message: as the flag, or as the key of the file it came from. */
export type KeyName = (path: string) => string;

export interface Resolution<T> {
  readonly options: T;
  readonly name: KeyName;
}

/**
 * Validates values against a schema.
 *
 * @throws UsageError with the first problem in one line
 */
export function validate<S extends z.ZodType>(
  schema: S,
  values: Values,
  keys: readonly ConfigKey[],
  name: KeyName,
): z.output<S> {
  const result = schema.safeParse(values);
  if (!result.success) throw new UsageError(problem(result.error, values, keys, name), { cause: result.error });
  return result.data;
}

/**
 * Resolves the options of a command: defaults < configuration file (`--config run.yaml`) < flags. Positionals are keys
 * given by place: `switchyard generate iarc` is `switchyard generate --kind iarc`.
 *
 * @param positionals keys that may be given by place, in order
 * @param keys every key the command knows; by default those of the schema
 * @throws UsageError for anything that does not fit the schema
 */
export async function resolve<S extends z.ZodType>(
  schema: S,
  positionals: readonly string[],
  argv: readonly string[],
  keys: readonly ConfigKey[] = schemaKeys(schema),
): Promise<Resolution<z.output<S>>> {
  const given = await parseArguments(argv, [...keys, configFlag]);
  if (given.positionals.length > positionals.length) {
    throw new UsageError(`unexpected argument ${given.positionals[positionals.length]}: flags are written --key value`);
  }
  const places = given.positionals.map((value, index) => [positionals[index]!, value] as const);
  const { config: path, ...flags } = merge(nest(places), given.values);
  const file = typeof path === 'string' ? await readConfigFile(path) : {};
  const name: KeyName = (key) => {
    const fromFlag = [...given.paths].some(
      (flag) => flag === key || flag.startsWith(`${key}.`) || key.startsWith(`${flag}.`),
    );
    if (fromFlag) return `--${key}`;
    return path !== undefined && !positionals.includes(key) ? `${path}: ${key}` : key;
  };
  const values = merge(merge(sectionDefaults(schema), file), flags);
  return { options: validate(schema, values, keys, name), name };
}
