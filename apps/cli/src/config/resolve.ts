import {
  type ConfigKey,
  camelKeys,
  configFlag,
  type KeyName,
  merge,
  nest,
  readYamlFile,
  schemaKeys,
  sectionDefaults,
  validate,
} from '@switchyard/experiments/config';
import type { z } from 'zod';
import { UsageError } from '../errors.ts';
import { parseArguments } from './flags.ts';

export interface Resolution<T> {
  readonly options: T;
  readonly name: KeyName;
}

/**
 * Resolves the options of a command: defaults < configuration file (`--config run.yaml`) < flags. Positionals are keys
 * given by place: `switchyard generate iarc` is `switchyard generate --kind iarc`.
 *
 * @param positionals keys that may be given by place, in order
 * @param keys every key the command knows; by default those of the schema
 * @throws UsageError or ConfigError for anything that does not fit the schema
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
  const file = typeof path === 'string' ? camelKeys(await readYamlFile(path)) : {};
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
