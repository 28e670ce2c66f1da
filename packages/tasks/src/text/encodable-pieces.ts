import type { Tokenizer } from './tokenizer.ts';

/**
 * The pieces of a text cut anew, where its tokenizer lets it be cut: the tokens of these pieces are those of the whole text.
 *
 * @param pieces whole characters each
 */
export function* encodablePieces(pieces: Iterable<string>, tokenizer: Tokenizer): Generator<string> {
  let rest = '';
  for (const piece of pieces) {
    rest += piece;
    const settled = tokenizer.settled(rest);
    if (settled > 0) yield rest.slice(0, settled);
    rest = rest.slice(settled);
  }
  if (rest !== '') yield rest;
}
