import { type ConfigKey, camelPath, nest, type Values } from '@switchyard/experiments/config';
import { UsageError } from '../errors.ts';

export interface Arguments {
  readonly positionals: readonly string[];
  /** Flags as the same nested values a file would give. */
  readonly values: Values;
  /** Dotted paths that came from flags, for messages. */
  readonly paths: ReadonlySet<string>;
}

/** A flag's text as a value: what the same characters mean in a YAML file, but text wherever the key is text. */
async function flagValue(text: string, key: ConfigKey | undefined): Promise<unknown> {
  switch (key?.type) {
    case 'string':
      return text;
    case 'integer':
    case 'number':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
    default: {
      const { parse } = await import('yaml'); // only then: it takes a while to load
      try {
        return parse(text) ?? text;
      } catch {
        return text;
      }
    }
  }
}

/**
 * Splits a command line into positionals and flags. A flag is a dotted configuration key: `--model.kind lstm`,
 * `--model.kind=lstm`, `--model.feed-forward 64`; a boolean one may stand alone. Node's `parseArgs` and citty both
 * let unknown flags pass or lose the difference between a value and the next flag, hence these few lines.
 *
 * @throws UsageError when a flag has no value
 */
export async function parseArguments(argv: readonly string[], keys: readonly ConfigKey[]): Promise<Arguments> {
  const byPath = new Map(keys.map((key) => [key.path, key]));
  const positionals: string[] = [];
  const flags: [path: string, value: unknown][] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index]!;
    if (argument === '--') {
      positionals.push(...argv.slice(index + 1));
      break;
    }
    if (!argument.startsWith('--')) {
      positionals.push(argument);
      continue;
    }
    const equals = argument.indexOf('=');
    const path = camelPath(argument.slice(2, equals < 0 ? undefined : equals));
    const key = byPath.get(path);
    const next = argv[index + 1];
    if (equals >= 0) {
      flags.push([path, await flagValue(argument.slice(equals + 1), key)]);
    } else if (key?.type === 'boolean' && next !== 'true' && next !== 'false') {
      flags.push([path, true]);
    } else if (next !== undefined && !next.startsWith('--')) {
      flags.push([path, await flagValue(next, key)]);
      index++;
    } else if (key === undefined) {
      flags.push([path, true]); // unknown: reported as such by the schema
    } else {
      throw new UsageError(`--${path} needs a value, as in --${path} ${key.choices[0] ?? `<${key.type}>`}`);
    }
  }
  return { positionals, values: nest(flags), paths: new Set(flags.map(([path]) => path)) };
}
