import {
  type ConfigKey,
  camelKeys,
  configFlag,
  type KeyName,
  merge,
  nest,
  overPreset,
  type Preset,
  readYamlFile,
  schemaKeys,
  sectionDefaults,
  suggestion,
  type Values,
  validate,
  valueAt,
} from '@switchyard/experiments/config';
import type { z } from 'zod';
import { UsageError } from '../errors.ts';
import { parseArguments } from './flags.ts';

export interface Resolution<T> {
  readonly options: T;
  readonly name: KeyName;
}

/**
 * Resolves the options of a command: defaults < preset (`--preset name`) < configuration file (`--config run.yaml`) < flags.
 * Positionals are keys given by place: `switchyard generate iarc` is `switchyard generate --kind iarc`.
 *
 * @param positionals keys that may be given by place, in order
 * @param keys every key the command knows; by default those of the schema
 * @param presets what the key `preset` may name, for a command that has it
 * @throws UsageError or ConfigError for anything that does not fit the schema
 */
export async function resolve<S extends z.ZodType>(
  schema: S,
  positionals: readonly string[],
  argv: readonly string[],
  keys: readonly ConfigKey[] = schemaKeys(schema),
  presets: Readonly<Record<string, Preset>> = {},
): Promise<Resolution<z.output<S>>> {
  const given = await parseArguments(argv, [...keys, configFlag]);
  if (given.positionals.length > positionals.length) {
    throw new UsageError(`unexpected argument ${given.positionals[positionals.length]}: flags are written --key value`);
  }
  const places = given.positionals.map((value, index) => [positionals[index]!, value] as const);
  const { config: path, ...flags } = merge(nest(places), given.values);
  const file = typeof path === 'string' ? camelKeys(await readYamlFile(path)) : {};
  const values = merge(file, flags);
  const preset = values.preset;
  const name: KeyName = (key) => {
    const fromFlag = [...given.paths].some(
      (flag) => flag === key || flag.startsWith(`${key}.`) || key.startsWith(`${flag}.`),
    );
    if (fromFlag) return `--${key}`;
    if (preset !== undefined && isOnlyIn(presets[String(preset)]?.run ?? {}, values, key))
      return `preset ${preset}: ${key}`;
    return path !== undefined && !positionals.includes(key) ? `${path}: ${key}` : key;
  };
  const base = preset === undefined ? {} : presetRun(presets, preset, name);
  const all = merge(sectionDefaults(schema), overPreset(base, values));
  return { options: validate(schema, all, keys, name), name };
}

/** The keys of a preset. @throws UsageError for one that does not exist */
function presetRun(presets: Readonly<Record<string, Preset>>, preset: unknown, name: KeyName): Values {
  const known = Object.keys(presets);
  if (known.length === 0) return {}; // no key of this command: its schema says so
  if (typeof preset === 'string' && Object.hasOwn(presets, preset)) return presets[preset]!.run;
  const given = JSON.stringify(preset);
  throw new UsageError(
    `${name('preset')} is ${given}: it must be one of ${known.join(', ')}${suggestion(String(preset), known)}`,
  );
}

/** True for a key that a preset has and the values laid over it do not. */
function isOnlyIn(preset: Values, values: Values, key: string): boolean {
  const path = key.split('.');
  return valueAt(values, path) === undefined && valueAt(preset, path) !== undefined;
}
