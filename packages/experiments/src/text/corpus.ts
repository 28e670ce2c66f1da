import { createHash } from 'node:crypto';
import {
  byteTokenizer,
  characterStart,
  charactersOf,
  characterTokenizer,
  documentOrder,
  type TextTask,
  textTask,
  trainBytePairs,
  validationDocuments,
} from '@switchyard/tasks';
import { filePart, type TextRange } from './file-part.ts';
import { sampleWords } from './sample-words.ts';
import { readPieces, type TextFile } from './text-file.ts';

/** What is known of a text after it has been read once, a piece at a time. */
export interface Corpus {
  readonly files: readonly TextFile[];
  /** UTF-16 code units of each. */
  readonly lengths: readonly number[];
  /** The first 16 hexadecimal digits of the SHA-256 of the documents, each after its length. */
  readonly hash: string;
}

/**
 * Reads a text through, to see that it is one, and which.
 *
 * @throws ConfigError for a file that holds something that is no text
 */
export function readCorpus(files: readonly TextFile[]): Corpus {
  const hash = createHash('sha256');
  const lengths = files.map((file) => {
    hash.update(`${file.end - file.start}:`);
    let length = 0;
    for (const piece of readPieces(file)) {
      hash.update(piece);
      length += piece.length;
    }
    return length;
  });
  return { files, lengths, hash: hash.digest('hex').slice(0, 16) };
}

/** How a text is made a task. */
export interface CorpusOptions {
  readonly tokenizer: 'bytes' | 'characters' | 'bpe';
  /** Tokens that `bpe` learns. */
  readonly vocabulary: number;
  /** Share of the characters that is for validation. */
  readonly validation: number;
}

/**
 * The task that `text` makes of the same documents, batch for batch, without holding them. A tokenizer that learns does so on the part
 * for training; its characters are those of both.
 */
export function corpusTask(corpus: Corpus, { tokenizer: kind, vocabulary, validation }: CorpusOptions): TextTask {
  const split = splitCorpus(corpus, validation);
  const tokenizer = {
    bytes: byteTokenizer,
    characters: () => characterTokenizer(charactersOf(piecesOf(corpus.files.map(rangeOf)))),
    bpe: () => trainBytePairs(sampleWords(split.train), vocabulary),
  }[kind]();
  return textTask(tokenizer, {
    train: filePart(split.train, tokenizer),
    validation: filePart(split.validation, tokenizer),
  });
}

/** The parts of `splitDocuments`, as places in files. */
function splitCorpus({ files, lengths }: Corpus, share: number): Record<'train' | 'validation', TextRange[]> {
  const ranges = files.map(rangeOf);
  const [only] = ranges;
  if (only && ranges.length === 1) {
    const cut = byteOf(only.file, Math.round(lengths[0]! * (1 - share)));
    return { train: [{ ...only, end: cut }], validation: [{ ...only, start: cut }] };
  }
  const measures = files.map((file, index) => ({ order: documentOrder(readPieces(file)), length: lengths[index]! }));
  const chosen = validationDocuments(measures, share);
  return {
    train: ranges.filter((_, index) => !chosen[index]),
    validation: ranges.filter((_, index) => chosen[index]),
  };
}

const rangeOf = (file: TextFile): TextRange => ({ file, start: file.start, end: file.end });

/** The byte at which the first character at or after a place in UTF-16 code units begins. */
function byteOf(file: TextFile, place: number): number {
  let byte = file.start;
  let rest = place;
  for (const piece of readPieces(file)) {
    if (rest < piece.length) return byte + Buffer.byteLength(piece.slice(0, characterStart(piece, rest)));
    byte += Buffer.byteLength(piece);
    rest -= piece.length;
  }
  return byte;
}

function* piecesOf(ranges: readonly TextRange[]): Generator<string> {
  for (const { file, start, end } of ranges) yield* readPieces(file, start, end);
}
