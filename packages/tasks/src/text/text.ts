import { createStream } from '@switchyard/random';
import { emptyBatch } from '../batch.ts';
import { checkKeys, checkRequest, checkTokens } from '../check.ts';
import { TaskError } from '../errors.ts';
import type { Batch, BatchRequest, SequenceTask } from '../types.ts';
import { byteTokenizer } from './byte-tokenizer.ts';
import { splitDocuments } from './split-documents.ts';
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

/** One part of a text: its documents in one row of tokens, each between separators. */
export interface TextPart {
  readonly documents: number;
  readonly bytes: number;
  readonly tokens: Uint16Array;
}

/** Text as a task. */
export interface TextTask extends SequenceTask {
  readonly tokenizer: Tokenizer;
  /** The control token that stands before, between and after documents; the last id. */
  readonly separator: number;
  /** UTF-8 bytes a token of the validation part, separators among them. */
  readonly bytesPerToken: number;
  readonly parts: Readonly<Record<'train' | 'validation', TextPart>>;
}

const NAME = 'text';

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
  checkKeys(NAME, options, ['documents', 'tokenizer', 'validation']);
  const { documents, tokenizer = byteTokenizer(), validation = 0.1 } = options;
  const split = splitDocuments(documents, validation);
  const symbols = tokenizer.labels.length;
  const separator = symbols;
  const parts = {
    train: toPart(split.train, tokenizer, separator),
    validation: toPart(split.validation, tokenizer, separator),
  };
  const labels = [...tokenizer.labels, '¶'];
  const vocabulary = { size: symbols + 1, symbols, controls: 1, labels };

  return {
    name: NAME,
    vocabulary,
    ruleNames: ['text'],
    tokenizer,
    separator,
    bytesPerToken: parts.validation.bytes / parts.validation.tokens.length,
    parts,
    batch(request: BatchRequest): Batch {
      checkRequest(NAME, request);
      const { seed, index, batchSize, window, split = 'train' } = request;
      const { tokens: source } = parts[split];
      if (source.length < window + 1) {
        throw new TaskError(
          'SWITCHYARD_TASK_BATCH',
          `${NAME}: the ${split} part has ${source.length} tokens, but a window of ${window} and its last target need ${window + 1}; pass a smaller window, or more text`,
        );
      }
      const batch = emptyBatch(request);
      const stream = createStream(seed).fork(NAME, index);
      for (let row = 0; row < batchSize; row++) {
        const start = stream.nextInt(source.length - window);
        batch.tokens.set(source.subarray(start, start + window + 1), row * (window + 1));
        batch.visible.fill(1, row * (window + 1) + 1, (row + 1) * (window + 1));
      }
      return batch; // rules are 0, the only one
    },
    explain(tokens: ArrayLike<number>): string[] {
      checkTokens(NAME, tokens, vocabulary);
      return Array.from(tokens, (token, position) => {
        if (token === separator) return 'a document ends, or the next one begins';
        if (position === 0) return 'text; what stands before it lies outside the window';
        if (tokens[position - 1] === separator) return 'begins a document: nothing before it says how';
        return 'text: likely or not after what stands before it, but no rule decides';
      });
    },
  };
}

function toPart(documents: readonly string[], tokenizer: Tokenizer, separator: number): TextPart {
  const encoded = documents.map((document) => tokenizer.encode(document));
  const tokens = new Uint16Array(encoded.reduce((sum, { length }) => sum + length + 1, 1)).fill(separator);
  let position = 1;
  for (const part of encoded) {
    tokens.set(part, position);
    position += part.length + 1;
  }
  const bytes = documents.reduce((sum, document) => sum + toBytes(document).length, 0);
  return { documents: documents.length, bytes, tokens };
}
