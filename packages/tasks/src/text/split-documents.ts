import { createStream } from '@switchyard/random';
import { TaskError } from '../errors.ts';

/** The documents of a text, in two parts. */
export interface SplitDocuments {
  readonly train: readonly string[];
  readonly validation: readonly string[];
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
  if (!(share > 0 && share < 1)) {
    throw new TaskError(
      'SWITCHYARD_TASK_OPTION',
      `text: validation is ${share}, but must be a share between 0 and 1; pass a number such as 0.1`,
    );
  }
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

  const root = createStream('text').fork('validation');
  const hashes = new Map(filled.map((document) => [document, root.fork(document).nextFloat()]));
  const ordered = [...hashes].sort(([, a], [, b]) => a - b).map(([document]) => document);
  const wanted = share * filled.reduce((sum, { length }) => sum + length, 0);
  const chosen = new Set<string>();
  let length = 0;
  for (const document of ordered.slice(0, -1)) {
    if (chosen.size > 0 && length + document.length / 2 > wanted) break;
    chosen.add(document);
    length += document.length;
  }
  return {
    train: filled.filter((document) => !chosen.has(document)),
    validation: filled.filter((document) => chosen.has(document)),
  };
}

/** The first place at or after `position` that does not lie within a surrogate pair. */
function characterStart(text: string, position: number): number {
  const code = text.charCodeAt(position);
  return code >= 0xdc00 && code < 0xe000 ? position + 1 : position;
}
