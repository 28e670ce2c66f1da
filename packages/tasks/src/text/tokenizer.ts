/** Everything that a tokenizer is made from, as plain data: what `tokenizer.json` of a run holds. */
export type TokenizerData =
  | { readonly kind: 'bytes' }
  /** The characters (code points) that have a token, in the order of their ids. */
  | { readonly kind: 'characters'; readonly characters: readonly string[] }
  /** Pairs of tokens that are one token: pair m makes token 256 + m, from tokens before it; tokens 0 … 255 are the bytes. */
  | { readonly kind: 'bpe'; readonly merges: readonly (readonly [left: number, right: number])[] };

/** Text as token ids and back. `decode(encode(text))` is the text, for every text that it encodes. */
export interface Tokenizer {
  readonly kind: TokenizerData['kind'];
  /** What a reader sees for each id; there are as many tokens as labels. */
  readonly labels: readonly string[];
  /** UTF-8 bytes of each. */
  readonly bytes: ArrayLike<number>;
  /**
   * @throws TaskError `SWITCHYARD_TASK_TEXT` for a character that has no token; bytes and byte pairs know every text
   */
  encode(text: string): number[];
  /**
   * How much of the text can be encoded without what follows it: the tokens of that much, and of the rest with all that follows, are
   * the tokens of the whole. So a text can be encoded a piece at a time: see `encodablePieces`.
   */
  settled(text: string): number;
  /**
   * The text of tokens. Bytes that are no UTF-8, as a model may write them, become U+FFFD.
   *
   * @throws TaskError `SWITCHYARD_TASK_TOKEN` for an id that is no token
   */
  decode(tokens: ArrayLike<number>): string;
  /** The data that `tokenizerFrom` makes the same tokenizer from. */
  toJSON(): TokenizerData;
}
