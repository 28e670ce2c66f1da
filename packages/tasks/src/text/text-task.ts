import { createStream, type Stream } from '@switchyard/random';
import { emptyBatch } from '../batch.ts';
import { checkRequest, checkTokens } from '../check.ts';
import { TaskError } from '../errors.ts';
import type { Batch, BatchRequest, SequenceTask } from '../types.ts';
import type { Tokenizer } from './tokenizer.ts';

/** One part of a text: its documents in one row of tokens, with a separator before, between and after them. */
export interface TextPart {
  readonly documents: number;
  readonly bytes: number;
  /** How many tokens there are. */
  readonly length: number;
  /** Tokens start … end − 1, wherever they lie: in memory, or in files. */
  read(start: number, end: number): Uint16Array;
}

/** The two parts of a text. */
export type TextParts = Readonly<Record<'train' | 'validation', TextPart>>;

/** Text as a task. */
export interface TextTask extends SequenceTask {
  readonly tokenizer: Tokenizer;
  /** The control token that stands before, between and after documents; the last id. */
  readonly separator: number;
  bytesPerToken(tokens: ArrayLike<number>): number;
  readonly parts: TextParts;
}

const NAME = 'text';

/** The id of the separator: it follows the tokens of the tokenizer. */
export const separatorOf = ({ labels }: Tokenizer): number => labels.length;

/**
 * The task of `text`, of a text that is already tokens: for texts that are too large to be held.
 *
 * @throws TaskError from `batch`: `SWITCHYARD_TASK_BATCH` for a part that is shorter than a window and its last target
 */
export function textTask(tokenizer: Tokenizer, parts: TextParts): TextTask {
  const separator = separatorOf(tokenizer);
  const labels = [...tokenizer.labels, '¶'];
  const vocabulary = { size: separator + 1, symbols: separator, controls: 1, labels };
  const { documents, bytes, length } = parts.validation;
  const textShare = (length - documents - 1) / length;

  return {
    name: NAME,
    vocabulary,
    ruleNames: ['text'],
    tokenizer,
    separator,
    parts,
    bytesPerToken(tokens) {
      let [sum, count] = [0, 0];
      for (let position = 0; position < tokens.length; position++) {
        if (tokens[position] === separator) continue;
        sum += tokenizer.bytes[tokens[position]!]!;
        count++;
      }
      return count === 0 ? bytes / length : (sum / count) * textShare;
    },
    batch(request: BatchRequest): Batch {
      checkRequest(NAME, request);
      const { seed, index, batchSize, window, split = 'train' } = request;
      const part = parts[split];
      if (part.length < window + 1) {
        throw new TaskError(
          'SWITCHYARD_TASK_BATCH',
          `${NAME}: the ${split} part has ${part.length} tokens, but a window of ${window} and its last target need ${window + 1}; pass a smaller window, or more text`,
        );
      }
      const batch = emptyBatch(request);
      const stream = createStream(seed).fork(NAME, index);
      for (let row = 0; row < batchSize; row++) {
        const start = placeBelow(part.length - window, stream);
        batch.tokens.set(part.read(start, start + window + 1), row * (window + 1));
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

/** A place below a bound, uniform: exactly below 2^32, where `nextInt` ends, and but for some 2^−20 above. */
function placeBelow(bound: number, stream: Stream): number {
  return bound <= 2 ** 32 ? stream.nextInt(bound) : Math.floor(stream.nextFloat() * bound);
}
