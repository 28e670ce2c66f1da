/**
 * The pieces that byte pairs are sought in, after the pattern of GPT-2's tokenizer: a word with the space before it, numbers, other signs,
 * runs of white space, and the endings that an apostrophe begins. Runs end after 256 characters, so that no text, such as one without
 * any spaces, is a single piece. No token crosses from one piece to the next.
 */
const piece =
  /['’](?:[sdmt]|ll|ve|re)\b| ?\p{L}{1,256}| ?\p{N}{1,256}| ?[^\s\p{L}\p{N}]{1,256}|\s{1,256}(?!\S)|\s{1,256}/gu;

/** A piece depends on what stands so far behind its end: on an apostrophe that is one, three letters decide. */
const lookahead = 4;

/** A text as pieces; joined they are the text. */
export function wordsOf(text: string): string[] {
  return text.match(piece) ?? [];
}

/** How much of a text is pieces that stay the same whatever follows the text. */
export function settledWords(text: string): number {
  // White space behind something else always begins a piece, and there nearly always is some near the end.
  const isSpace = (place: number) => /\s/.test(text[place]!);
  for (let place = text.length - 1; place > 0 && place > text.length - 1000; place--) {
    if (isSpace(place) && !isSpace(place - 1)) return place;
  }
  let settled = 0;
  for (const word of wordsOf(text)) {
    if (settled + word.length > text.length - lookahead) break;
    settled += word.length;
  }
  return settled;
}
