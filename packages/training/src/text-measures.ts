import type { SequenceTask } from '@switchyard/tasks';

/** What a loss says of text. */
export type TextMeasures = {
  /** exp(loss): of how many equally likely tokens the next one would be as hard to guess. */
  readonly perplexity: number;
  /** loss ÷ ln 2 ÷ bytes a token: comparable between tokenizers, unlike loss and perplexity. */
  readonly bitsPerByte: number;
};

/**
 * Perplexity and bits per byte of a loss in nats a token; nothing for tasks whose tokens do not stand for text. Bytes a token are
 * the average over the validation text, separators (which have no bytes, but cost bits) among its tokens.
 */
export function textMeasures(
  loss: number,
  { bytesPerToken }: Pick<SequenceTask, 'bytesPerToken'>,
): TextMeasures | undefined {
  if (bytesPerToken === undefined) return undefined;
  // A loss that has run away is still a number that JSON can hold.
  return { perplexity: Math.min(Math.exp(loss), Number.MAX_VALUE), bitsPerByte: loss / Math.LN2 / bytesPerToken };
}
