import { bytePairTokenizer, encodablePieces } from '@switchyard/tasks';
import type { TextRange } from './file-part.ts';
import { readPieces } from './text-file.ts';

/** Bytes of text that byte pairs are learnt on: every different word of it is held. */
const sampleBytes = 2 ** 24;

/** Pieces of a text that end between words: all of a text of at most 16 MiB, every second, third, … of a larger one. */
export function* sampleWords(ranges: readonly TextRange[], maximum = sampleBytes): Generator<string> {
  const bytes = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  const every = Math.ceil(bytes / maximum);
  const words = bytePairTokenizer([]); // may be cut between words
  let number = 0;
  for (const { file, start, end } of ranges) {
    for (const piece of encodablePieces(readPieces(file, start, end), words)) {
      if (number++ % every === 0) yield piece;
    }
  }
}
