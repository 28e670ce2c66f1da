import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStream } from '@switchyard/random';
import {
  byteTokenizer,
  charactersOf,
  characterTokenizer,
  splitDocuments,
  text,
  trainBytePairs,
} from '@switchyard/tasks';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../test/temporary.ts';
import { corpusFolder } from './corpora.ts';
import { corpusTask, readCorpus } from './corpus.ts';
import { filePart } from './file-part.ts';
import { sampleWords } from './sample-words.ts';
import { readPieces } from './text-file.ts';
import { textFiles } from './text-files.ts';

const words = [
  'the',
  ' sea',
  ' whale',
  "'s",
  "'ll",
  '’ve',
  ' 1851',
  '—',
  '🐋',
  '\n',
  '   ',
  '日本語',
  'é',
  '.',
  ' x'.repeat(9),
];

/** Random words, with every kind of boundary that a file can be cut at, some runs longer than any piece of a tokenizer among them. */
function randomText(seed: number, count: number): string {
  const stream = createStream(seed).fork('corpus');
  const runs = ['a'.repeat(700), ' '.repeat(700), "'".repeat(300)];
  const all = Array.from({ length: count }, () => words[stream.nextInt(words.length)]!);
  return [...all, ...runs, ...all.slice(0, 20)].join('');
}

/** A folder of documents, one of them of several pieces, one of a single character. */
function folderOf(documents: readonly string[]): string {
  const folder = temporaryDirectory();
  for (const [index, document] of documents.entries()) {
    writeFileSync(join(folder, `${String(index).padStart(3, '0')}.txt`), document);
  }
  return folder;
}

const rangesOf = (all: readonly string[]) =>
  textFiles(folderOf(all)).map((file) => ({ file, start: file.start, end: file.end }));

const documents = [randomText(1, 9000), 'a', randomText(2, 40), randomText(3, 300), randomText(4, 4000)];

describe.each(['bytes', 'characters', 'bpe'] as const)('tokenizer %s', (kind) => {
  const tokenizerOf = (all: readonly string[], validation: number) =>
    ({
      bytes: () => byteTokenizer(),
      characters: () => characterTokenizer(charactersOf(all)),
      bpe: () => trainBytePairs(splitDocuments(all, validation).train, 300),
    })[kind]();

  test.each([
    ['a folder', documents],
    ['a single file', documents.slice(0, 1)],
  ])('%s read in pieces is the text held in memory, batch for batch', (_, all) => {
    const validation = 0.3;
    const held = text({ documents: all, validation, tokenizer: tokenizerOf(all, validation) });
    const corpus = readCorpus(textFiles(folderOf(all)));
    const read = corpusTask(corpus, { tokenizer: kind, vocabulary: 300, validation });
    expect(read.tokenizer.toJSON()).toEqual(held.tokenizer.toJSON());
    for (const split of ['train', 'validation'] as const) {
      const [{ read: _read, ...mine }, { read: __, ...theirs }] = [read.parts[split], held.parts[split]];
      expect(mine).toEqual(theirs);
      const request = { seed: 3, index: 5, batchSize: 20, window: 100, split };
      expect(read.batch(request)).toEqual(held.batch(request));
    }
    expect(read.bytesPerToken([])).toBe(held.bytesPerToken([]));
  });

  test.each([0, 5000, 1e9])('with %d tokens in memory, every window is the same', (keep) => {
    const tokenizer = tokenizerOf(documents, 0.5);
    const part = filePart(rangesOf(documents), tokenizer, keep);
    const separator = tokenizer.labels.length;
    const row = [separator, ...documents.flatMap((document) => [...tokenizer.encode(document), separator])];
    expect(part.length).toBe(row.length);
    expect([...part.read(0, part.length)]).toEqual(row);
    for (let start = 0; start < row.length - 50; start += 997) {
      expect([...part.read(start, start + 50)]).toEqual(row.slice(start, start + 50));
    }
  });
});

test('byte pairs are learnt on all of a text, or on every so many of its pieces, which end between words', () => {
  const ranges = rangesOf(documents);
  const all = [...sampleWords(ranges)];
  expect(all.join('')).toBe(documents.join(''));
  const bytes = Buffer.byteLength(documents.join(''));
  expect([...sampleWords(ranges, bytes / 3)]).toEqual(all.filter((_, index) => index % 3 === 0));
  expect(trainBytePairs(all, 400).toJSON()).toEqual(trainBytePairs(documents, 400).toJSON());
});

test('the text that ships: its batches and its pairs are those they have always been', () => {
  const files = textFiles(corpusFolder('moby-dick'));
  const all = files.map(({ path }) => readFileSync(path, 'utf8'));
  expect(files.flatMap((file) => [...readPieces(file)]).join('')).toBe(all.join(''));
  const task = corpusTask(readCorpus(files), { tokenizer: 'bytes', vocabulary: 0, validation: 0.1 });
  const held = text({ documents: all, validation: 0.1 });
  for (const split of ['train', 'validation'] as const) {
    const request = { seed: 1000, index: 7, batchSize: 16, window: 64, split };
    expect(task.batch(request).tokens).toEqual(held.batch(request).tokens);
  }
});
