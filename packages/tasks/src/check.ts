import { TaskError } from './errors.ts';
import type { BatchRequest, Vocabulary } from './types.ts';

/** A batch of this many tokens fills more than a gigabyte. */
const MAXIMUM_TOKENS = 2 ** 28;

/** An option that must be an integer. */
export function checkInteger(task: string, option: string, value: number, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  throw new TaskError(
    'SWITCHYARD_TASK_OPTION',
    `${task}: ${option} is ${show(value)}, but must be an integer from ${minimum} to ${maximum}; pass such an integer`,
  );
}

/** An option that must be one of some words. */
export function checkChoice(task: string, option: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new TaskError('SWITCHYARD_TASK_OPTION', `${task}: ${option} is ${show(value)}; pass ${listed(choices)}`);
}

/** Options must be an object without keys that the task does not know. */
export function checkKeys(task: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new TaskError('SWITCHYARD_TASK_OPTION', `${task} has no option '${unknown}'; it has ${listed(known)}`);
}

/** The sizes of a batch. */
export function checkRequest(task: string, { index, batchSize, window }: BatchRequest): void {
  const check = (argument: string, value: number, minimum: number): void => {
    if (Number.isSafeInteger(value) && value >= minimum) return;
    throw new TaskError(
      'SWITCHYARD_TASK_BATCH',
      `${task}: ${argument} is ${show(value)}, but must be an integer of at least ${minimum}; pass such an integer`,
    );
  };
  check('index', index, 0);
  check('batchSize', batchSize, 1);
  check('window', window, 1);
  if (batchSize * (window + 1) > MAXIMUM_TOKENS) {
    throw new TaskError(
      'SWITCHYARD_TASK_BATCH',
      `${task}: batchSize ${batchSize} times window ${window} + 1 is more than ${MAXIMUM_TOKENS} tokens; ask for several batches`,
    );
  }
}

/** Tokens to be explained. */
export function checkTokens(task: string, tokens: ArrayLike<number>, vocabulary: Vocabulary): void {
  for (let position = 0; position < tokens.length; position++) {
    const token = tokens[position]!;
    if (Number.isInteger(token) && token >= 0 && token < vocabulary.size) continue;
    throw new TaskError(
      'SWITCHYARD_TASK_TOKEN',
      `${task}: the token at position ${position} is ${show(token)}, but ids go from 0 to ${vocabulary.size - 1}; pass a sequence of this task`,
    );
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function listed(words: readonly string[]): string {
  return words
    .map((word) => `'${word}'`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
}
