import type { z } from 'zod';
import type { ConfigKey } from './keys.ts';
import { nearest, suggestion } from './suggest.ts';
import { type Values, valueAt } from './values.ts';

type Issue = z.core.$ZodIssue;

/** A value as the user would recognise it in a one-line message. */
function show(value: unknown): string {
  const text = (typeof value === 'number' ? undefined : JSON.stringify(value)) ?? String(value); // JSON has no infinity
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

const nouns: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function bound(
  issue: { inclusive?: boolean; origin: string },
  limit: unknown,
  word: string,
  strictWord: string,
): string {
  const quantity = issue.origin === 'array' ? ' entries' : issue.origin === 'string' ? ' characters' : '';
  return `must be ${issue.inclusive === false ? strictWord : word} ${limit}${quantity}`;
}

/** What is wrong with the value at the issue's path, as the end of a sentence that begins with the value. */
function complaint(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'too_small':
      return bound(issue, issue.minimum, 'at least', 'greater than');
    case 'too_big':
      return bound(issue, issue.maximum, 'at most', 'less than');
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}${suggestion(String(value), issue.values.map(String))}`;
    case 'invalid_type':
      return `must be ${nouns[issue.expected] ?? issue.expected}`;
    case 'invalid_union': {
      const kinds = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
      if (kinds.length > 0) return `must be one of ${kinds.join(', ')}${suggestion(String(value), kinds)}`;
      return `must be ${issue.errors.map((errors) => complaint(errors[0]!, value).replace(/^must be /, '')).join(' or ')}`;
    }
    default:
      return issue.message;
  }
}

/** True for keys that exist under the kinds these values choose. */
function exists(key: ConfigKey, values: Values): boolean {
  if (key.kinds.length === 0) return true;
  const parts = key.path.split('.');
  return parts.some((_, depth) => key.kinds.includes(String(valueAt(values, [...parts.slice(0, depth), 'kind']))));
}

/** `: did you mean …?` for an unknown key: a similar name in its section, the same name in another, or all names. */
function meantKey(section: string, unknown: string, values: Values, keys: readonly ConfigKey[]): string {
  const possible = keys.filter((key) => exists(key, values)).map((key) => key.path);
  const prefix = section === '' ? '' : `${section}.`;
  const siblings = possible
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length).split('.')[0]!);
  const sibling = nearest(unknown, siblings);
  if (sibling !== undefined) return `: did you mean ${prefix}${sibling}?`;
  const elsewhere = possible.find((path) => path.split('.').at(-1) === unknown);
  if (elsewhere !== undefined) return `: did you mean ${elsewhere}?`;
  return section === '' ? ': --help lists the keys' : `: its keys are ${[...new Set(siblings)].join(', ')}`;
}

/**
 * The first problem of a rejected configuration in one line: the key as the user wrote it, the value received, the rule.
 *
 * @param name turns a dotted path into the way the user wrote it (a flag, or a key of a file)
 */
export function problem(
  error: z.ZodError,
  values: Values,
  keys: readonly ConfigKey[],
  name: (path: string) => string,
): string {
  const unknown = error.issues.find((issue) => issue.code === 'unrecognized_keys');
  const issue = unknown ?? error.issues[0]!;
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    return `unknown key ${name(path === '' ? key : `${path}.${key}`)}${meantKey(path, key, values, keys)}`;
  }
  const value = valueAt(values, issue.path);
  if (issue.code === 'custom') return `${name(path)} ${issue.message}`;
  return value === undefined
    ? `${name(path)} is missing: it ${complaint(issue, value)}`
    : `${name(path)} is ${show(value)}: it ${complaint(issue, value)}`;
}
