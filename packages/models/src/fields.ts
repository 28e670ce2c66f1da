import { z } from 'zod';
import { nearest } from './nearest.ts';

// The fields that configs are made of. Every message states the rule and the value received, so that one line is enough.

/** A whole number of at least `minimum`. */
export function wholeNumber(minimum: number) {
  const error = must(`be a whole number, at least ${minimum}`);
  return z.int(error).min(minimum, error);
}

/** A finite number above zero. */
export function positiveNumber() {
  const error = must('be a number above 0');
  return z.number(error).positive(error);
}

/** A share of something, at least 0 and below 1. */
export function share() {
  const error = must('be a number of at least 0 and below 1');
  return z.number(error).min(0, error).lt(1, error);
}

export function flag() {
  return z.boolean(must('be true or false'));
}

/** One of a few words; a misspelt one is answered with the nearest. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  const rule = must(`be one of ${words.join(', ')}`);
  return z.enum(words, { error: (issue) => rule.error(issue) + suggestion(issue.input, words) });
}

/** A list of such. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item, must('be a list'));
}

/** An object with these keys and no others; an unknown key is named, with the one it probably meant. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .map((key) => `has no key '${key}'${suggestion(key, keys, `; its keys are ${keys.join(', ')}`)}`)
            .join('; ')
        : must('be an object').error(issue),
  });
}

/** ` (did you mean …?)`, or `otherwise` when nothing is near. */
export function suggestion(word: unknown, words: readonly string[], otherwise = ''): string {
  const meant = typeof word === 'string' ? nearest(word, words) : undefined;
  return meant === undefined ? otherwise : ` (did you mean '${meant}'?)`;
}

/** A zod message: `must <rule>, received <value>`. */
export function must(rule: string) {
  return {
    error: (issue: { readonly input?: unknown }) =>
      issue.input === undefined ? `is missing: it must ${rule}` : `must ${rule}, received ${show(issue.input)}`,
  };
}

function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
