import { createStream } from '@switchyard/random';
import { TaskError } from '../errors.ts';

/** The documents of a text, in two parts. */
export interface SplitDocuments {
  readonly train: readonly string[];
  readonly validation: readonly string[];
}

/** What decides whether a document is for training or for validation. */
export interface DocumentMeasure {
  /** Its place among the others: the `documentOrder` of its text. */
  readonly order: number;
  /** UTF-16 code units of its text. */
  readonly length: number;
}

/**
 * Splits documents into those to train on and those to validate on. Which go where depends on their text alone, not on their
 * order or names: they are ordered by a hash of their text and taken for validation, one at least, until these are the share of
 * all characters. A single document is split by position: its end is for validation.
 *
 * @param share of the characters that is for validation, in (0, 1)
 * @throws TaskError `SWITCHYARD_TASK_OPTION` for a share out of range, or without any text
 */
export function splitDocuments(documents: readonly string[], share: number): SplitDocuments {
  checkShare(share);
  const filled = documents.filter((document) => document !== '');
  const [only] = filled;
  if (only === undefined) {
    throw new TaskError(
      'SWITCHYARD_TASK_OPTION',
      'text: there is no text in the documents; pass one that is not empty',
    );
  }
  if (filled.length === 1) {
    const cut = characterStart(only, Math.round(only.length * (1 - share)));
    return { train: [only.slice(0, cut)], validation: [only.slice(cut)] };
  }
  const measures = filled.map((document) => ({ order: documentOrder([document]), length: document.length }));
  const chosen = validationDocuments(measures, share);
  return {
    train: filled.filter((_, index) => !chosen[index]),
    validation: filled.filter((_, index) => chosen[index]),
  };
}

/** A hash of a text, given in pieces, in [0, 1). */
export function documentOrder(pieces: Iterable<string>): number {
  return createStream('text').fork('validation').forkPieces(pieces).nextFloat();
}

/**
 * Which of several documents `splitDocuments` takes for validation, one flag each; for documents that are not held as strings.
 *
 * @param share of the characters that is for validation, in (0, 1)
 * @throws TaskError `SWITCHYARD_TASK_OPTION` for a share out of range
 */
export function validationDocuments(documents: readonly DocumentMeasure[], share: number): boolean[] {
  checkShare(share);
  const lengths = new Map(documents.map(({ order, length }) => [order, length])); // the same text twice is one
  const ordered = [...lengths].sort(([a], [b]) => a - b);
  const wanted = share * documents.reduce((sum, { length }) => sum + length, 0);
  const chosen = new Set<number>();
  let total = 0;
  for (const [order, length] of ordered.slice(0, -1)) {
    if (chosen.size > 0 && total + length / 2 > wanted) break;
    chosen.add(order);
    total += length;
  }
  return documents.map(({ order }) => chosen.has(order));
}

/** The first place at or after `position` that does not lie within a surrogate pair. */
export function characterStart(text: string, position: number): number {
  const code = text.charCodeAt(position);
  return code >= 0xdc00 && code < 0xe000 ? position + 1 : position;
}

function checkShare(share: number): void {
  if (share > 0 && share < 1) return;
  throw new TaskError(
    'SWITCHYARD_TASK_OPTION',
    `text: validation is ${share}, but must be a share between 0 and 1; pass a number such as 0.1`,
  );
}
