/**
 * The pieces that byte pairs are sought in, after the pattern of GPT-2's tokenizer: a word with the space before it, numbers, other signs,
 * runs of white space, and the endings that an apostrophe begins. No token crosses from one piece to the next.
 */
const piece = /['’](?:[sdmt]|ll|ve|re)\b| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** A text as pieces; joined they are the text. */
export function wordsOf(text: string): string[] {
  return text.match(piece) ?? [];
}
