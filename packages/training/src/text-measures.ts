import type { SequenceTask } from '@switchyard/tasks';

/** What a loss says of text. */
export type TextMeasures = {
  /** exp(loss): of how many equally likely tokens the next one would be as hard to guess. */
  readonly perplexity: number;
  /** loss ÷ ln 2 ÷ bytes a token: comparable between tokenizers, unlike loss and perplexity. */
  readonly bitsPerByte: number;
};

/**
 * Perplexity and bits per byte of a loss in nats a token; nothing for tasks whose tokens do not stand for text.
 *
 * @param tokens those that the loss is the mean of: their bytes count, see `SequenceTask.bytesPerToken`
 */
export function textMeasures(
  loss: number,
  task: Pick<SequenceTask, 'bytesPerToken'>,
  tokens: ArrayLike<number>,
): TextMeasures | undefined {
  if (!task.bytesPerToken) return undefined;
  return {
    perplexity: Math.min(Math.exp(loss), Number.MAX_VALUE), // a loss that has run away is still a number that JSON can hold
    bitsPerByte: loss / Math.LN2 / task.bytesPerToken(tokens),
  };
}
