import { checkKeys } from '../check.ts';
import { byteTokenizer } from './byte-tokenizer.ts';
import { splitDocuments } from './split-documents.ts';
import { separatorOf, type TextPart, type TextTask, textTask } from './text-task.ts';
import type { Tokenizer } from './tokenizer.ts';
import { toBytes } from './utf8.ts';

export interface TextOptions {
  /** The texts; which of them are for validation is decided by `splitDocuments`. */
  readonly documents: readonly string[];
  /** By default bytes. */
  readonly tokenizer?: Tokenizer;
  /** Share of the characters that is for validation, by default 0.1. */
  readonly validation?: number;
}

/**
 * Language modelling: windows of a text, from places drawn uniformly, and the next token everywhere. Documents follow each
 * other with a separator between them, so that one begins where the last has ended.
 *
 * No rule makes text: all tokens carry the one rule `text`, separators and the tokens after them too, and count in a loss.
 * `visible` is 1 everywhere but at the first token of a window, since the tokens before it in the window are all that a model
 * is given; it does not say that a token follows from them.
 *
 * @throws TaskError `SWITCHYARD_TASK_OPTION` for options out of range, `SWITCHYARD_TASK_TEXT` for a character without a token;
 *   from `batch`, `SWITCHYARD_TASK_BATCH` for a part that is shorter than a window and its last target
 */
export function text(options: TextOptions): TextTask {
  checkKeys('text', options, ['documents', 'tokenizer', 'validation']);
  const { documents, tokenizer = byteTokenizer(), validation = 0.1 } = options;
  const split = splitDocuments(documents, validation);
  return textTask(tokenizer, {
    train: toPart(split.train, tokenizer),
    validation: toPart(split.validation, tokenizer),
  });
}

function toPart(documents: readonly string[], tokenizer: Tokenizer): TextPart {
  const encoded = documents.map((document) => tokenizer.encode(document));
  const length = encoded.reduce((sum, part) => sum + part.length + 1, 1);
  const tokens = new Uint16Array(length).fill(separatorOf(tokenizer));
  let position = 1;
  for (const part of encoded) {
    tokens.set(part, position);
    position += part.length + 1;
  }
  const bytes = documents.reduce((sum, document) => sum + toBytes(document).length, 0);
  return { documents: documents.length, bytes, length, read: (start, end) => tokens.subarray(start, end) };
}
