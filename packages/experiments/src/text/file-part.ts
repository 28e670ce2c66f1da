import { encodablePieces, separatorOf, type TextPart, type Tokenizer } from '@switchyard/tasks';
import { readPieces, readText, type TextFile } from './text-file.ts';

/** A document, or a part of one: bytes start … end − 1 of a file, whole characters. */
export interface TextRange {
  readonly file: TextFile;
  readonly start: number;
  readonly end: number;
}

/** Where the tokens of a document are to be had. Its text is cut into blocks of some 8 KiB, which are encoded each for itself. */
interface IndexedDocument {
  readonly file: TextFile;
  /** Where each block begins, and the last one ends, in the row of tokens. */
  readonly tokenAt: number[];
  /** The same in the bytes of the file. */
  readonly byteAt: number[];
  /** The tokens of the first blocks, while there is room in memory. */
  readonly kept: Uint16Array[];
}

/** Tokens that a part holds in memory: all of a text up to so many. */
const keptTokens = 2 ** 24;

/**
 * The tokens of documents in files, in one row as `text` has them. All are encoded once, to know where they lie; after that, memory
 * holds the first 16 Mi tokens (32 MiB), and of the rest an index of 2 MB a gigabyte: a window is read and encoded when it is asked for.
 *
 * @throws ConfigError for what is no text, TaskError for a character without a token
 */
export function filePart(ranges: readonly TextRange[], tokenizer: Tokenizer, keep = keptTokens): TextPart {
  const separator = separatorOf(tokenizer);
  const documents: IndexedDocument[] = [];
  let length = 1;
  for (const { file, start, end } of ranges) {
    const document: IndexedDocument = { file, tokenAt: [length], byteAt: [start], kept: [] };
    let byte = start;
    for (const piece of encodablePieces(readPieces(file, start, end), tokenizer)) {
      const tokens = tokenizer.encode(piece);
      length += tokens.length;
      byte += Buffer.byteLength(piece);
      document.tokenAt.push(length);
      document.byteAt.push(byte);
      if (length <= keep) document.kept.push(Uint16Array.from(tokens));
    }
    documents.push(document);
    length++; // the separator
  }
  const firsts = documents.map(({ tokenAt }) => tokenAt[0]!);

  const block = ({ file, byteAt, kept }: IndexedDocument, index: number): Uint16Array =>
    kept[index] ?? Uint16Array.from(tokenizer.encode(readText(file, byteAt[index]!, byteAt[index + 1]!)));

  return {
    documents: ranges.length,
    bytes: ranges.reduce((sum, { start, end }) => sum + end - start, 0),
    length,
    read(start, end) {
      const row = new Uint16Array(end - start).fill(separator);
      for (let number = lastUpTo(firsts, start); number < documents.length && firsts[number]! < end; number++) {
        const document = documents[number]!;
        const { tokenAt } = document;
        for (let index = lastUpTo(tokenAt, start); index < tokenAt.length - 1 && tokenAt[index]! < end; index++) {
          const [first, last] = [tokenAt[index]!, tokenAt[index + 1]!];
          const [from, to] = [Math.max(first, start), Math.min(last, end)];
          if (from < to) row.set(block(document, index).subarray(from - first, to - first), from - start);
        }
      }
      return row;
    },
  };
}

/** The index of the last of ascending numbers that is not above a bound; 0 where all are. */
function lastUpTo(numbers: readonly number[], bound: number): number {
  let [low, high] = [0, numbers.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= bound) low = middle;
    else high = middle;
  }
  return low;
}
