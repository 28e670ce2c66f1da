import { TaskError } from '../errors.ts';
import { merged, pairKey } from './pairs.ts';
import type { Tokenizer, TokenizerData } from './tokenizer.ts';
import { bytesLabel, noToken, toBytes, toText } from './utf8.ts';
import { settledWords, wordsOf } from './words.ts';

type Merges = Extract<TokenizerData, { kind: 'bpe' }>['merges'];

/** Words whose tokens are remembered; a text has few words that are frequent. */
const remembered = 2 ** 16;

/**
 * A byte-pair encoding: tokens 0 … 255 are bytes, token 256 + m is pair m. A word (see `wordsOf`) is its bytes, in which the
 * pairs are made one token in the order in which they were learnt. It knows every text.
 *
 * @throws TaskError `SWITCHYARD_TASK_OPTION` unless each pair is of tokens before it and stands there once
 */
export function bytePairTokenizer(merges: Merges): Tokenizer {
  const ranks = new Map<number, number>();
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  for (const [rank, [left, right]] of merges.entries()) {
    const [first, second] = [bytes[left], bytes[right]];
    if (!first || !second || ranks.has(pairKey(left, right)) || bytes.length >= 2 ** 16 - 1) {
      throw new TaskError(
        'SWITCHYARD_TASK_OPTION',
        `bytePairTokenizer: pair ${rank} is ${left}, ${right}, but pairs are of two tokens before ${bytes.length}, each pair once, and tokens stay below 65535; pass the merges of trainBytePairs`,
      );
    }
    ranks.set(pairKey(left, right), rank);
    bytes.push(Uint8Array.of(...first, ...second));
  }
  const memory = new Map<string, readonly number[]>();

  const encodeWord = (word: string): readonly number[] => {
    const known = memory.get(word);
    if (known) return known;
    let tokens: readonly number[] = Array.from(toBytes(word));
    for (let next = earliest(tokens, ranks); next !== undefined; next = earliest(tokens, ranks)) {
      tokens = merged(tokens, merges[next]!, 256 + next);
    }
    if (memory.size < remembered) memory.set(word, tokens);
    return tokens;
  };

  return {
    kind: 'bpe',
    labels: bytes.map(bytesLabel),
    bytes: bytes.map(({ length }) => length),
    encode(text) {
      const tokens: number[] = [];
      for (const word of wordsOf(text)) for (const token of encodeWord(word)) tokens.push(token);
      return tokens;
    },
    settled: settledWords,
    decode(tokens) {
      const text: number[] = [];
      for (let position = 0; position < tokens.length; position++) {
        const piece = bytes[tokens[position]!];
        if (!piece) throw noToken(tokens[position]!, position, bytes.length);
        for (const byte of piece) text.push(byte);
      }
      return toText(Uint8Array.from(text));
    },
    toJSON: () => ({ kind: 'bpe', merges }),
  };
}

/** The pair among neighbours that was learnt first. */
function earliest(tokens: readonly number[], ranks: ReadonlyMap<number, number>): number | undefined {
  let best: number | undefined;
  for (let i = 1; i < tokens.length; i++) {
    const rank = ranks.get(pairKey(tokens[i - 1]!, tokens[i]!));
    if (rank !== undefined && (best === undefined || rank < best)) best = rank;
  }
  return best;
}
