import { createHash } from 'node:crypto';
import { isMap, type Values, valueAt, without } from '../config/values.ts';
import { earliestConfig } from '../run/earlier-config.ts';

/**
 * Keys that runs have got since there are results, each with the value that changes nothing. A run with that value is the
 * run that did not know the key, so it keeps its hash and its result. Whoever adds a key with such a default adds it here.
 */
const addedLater: Readonly<Record<string, unknown>> = {
  'model.dropout': 0,
  probe: 'none',
};

/** SHA-256, in hexadecimal, of all that decides a run: its resolved configuration, and where it stops early. */
export function runHash(config: Values, stopAt: number | undefined): string {
  const neutral = Object.keys(addedLater).filter((path) => valueAt(config, path.split('.')) === addedLater[path]);
  const known = neutral.reduce((values, path) => without(values, path.split('.')), earliestConfig(config));
  return hashOf({ config: known, stopAt });
}

/** SHA-256 of a value as canonical JSON: no spaces, keys sorted, so that their order does not count. */
function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry ?? null)).join(',')}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  const defined = keys.filter((key) => value[key] !== undefined);
  return `{${defined.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(',')}}`;
}
