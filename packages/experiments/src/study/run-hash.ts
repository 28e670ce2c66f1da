import { createHash } from 'node:crypto';
import { isMap } from '../config/values.ts';

/** SHA-256, in hexadecimal, of a value as canonical JSON: no spaces, keys sorted, so that their order does not count. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry ?? null)).join(',')}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  const defined = entries.filter((key) => value[key] !== undefined);
  return `{${defined.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(',')}}`;
}
