import { checkInteger } from '../check.ts';
import { bytePairTokenizer } from './byte-pair-tokenizer.ts';
import { merged, pairKey } from './pairs.ts';
import type { Tokenizer } from './tokenizer.ts';
import { toBytes } from './utf8.ts';
import { wordsOf } from './words.ts';

/** The words of texts, each once: their tokens so far, and how often they occur. */
interface Word {
  tokens: readonly number[];
  readonly count: number;
}

/**
 * Learns a byte-pair encoding from texts (Sennrich et al. 2016, on bytes as in GPT-2): the 256 bytes are tokens; then, again and
 * again, the pair of neighbouring tokens that occurs most often within words becomes a token, of equals the one of smallest
 * ids. Ends early where no pair occurs twice.
 *
 * It is written here because no npm package would do it: of the maintained ones, tiktoken, js-tiktoken, gpt-tokenizer and
 * @huggingface/tokenizers only use encodings that were learnt elsewhere, and the native `tokenizers` (0.23) trains, but its
 * Node interface takes neither a size nor an alphabet, so that what it learns cannot write every text.
 *
 * @param documents texts, or pieces of texts that are cut between words, as `encodablePieces` does
 * @param size tokens to end with, 256 … 65535
 * @throws TaskError `SWITCHYARD_TASK_OPTION` for a size out of range
 */
export function trainBytePairs(documents: Iterable<string>, size: number): Tokenizer {
  checkInteger('trainBytePairs', 'size', size, 256, 2 ** 16 - 1);
  const words = countedWords(documents);
  const counts = new Map<number, number>(); // pair → how often it occurs
  const places = new Map<number, Set<number>>(); // pair → words that may hold it
  const add = (index: number, sign: 1 | -1) => {
    const { tokens, count } = words[index]!;
    for (let i = 1; i < tokens.length; i++) {
      const key = pairKey(tokens[i - 1]!, tokens[i]!);
      counts.set(key, (counts.get(key) ?? 0) + sign * count);
      if (sign > 0) places.set(key, (places.get(key) ?? new Set()).add(index));
    }
  };
  for (const index of words.keys()) add(index, 1);

  const merges: [number, number][] = [];
  while (256 + merges.length < size) {
    const key = mostFrequent(counts);
    if (key === undefined) break;
    const pair: [number, number] = [Math.floor(key / 2 ** 16), key % 2 ** 16];
    for (const index of places.get(key)!) {
      add(index, -1);
      words[index]!.tokens = merged(words[index]!.tokens, pair, 256 + merges.length);
      add(index, 1);
    }
    counts.delete(key);
    places.delete(key);
    merges.push(pair);
  }
  return bytePairTokenizer(merges);
}

function countedWords(documents: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  for (const document of documents) {
    for (const word of wordsOf(document)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return Array.from(counts, ([word, count]) => ({ tokens: Array.from(toBytes(word)), count }));
}

/** The pair that occurs most often, and at least twice. */
function mostFrequent(counts: ReadonlyMap<number, number>): number | undefined {
  let [best, most]: [number | undefined, number] = [undefined, 1];
  for (const [key, count] of counts) {
    if (count > most || (count === most && best !== undefined && key < best)) [best, most] = [key, count];
  }
  return best;
}
