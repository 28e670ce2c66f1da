import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../test/temporary.ts';
import { ConfigError } from '../config/config-error.ts';
import { corpusFolder } from './corpora.ts';
import { readCorpus } from './corpus.ts';
import { readPieces } from './text-file.ts';
import { textFiles } from './text-files.ts';
import { corpora } from './text-schema.ts';

/** Files by path, in a new folder. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const documentsOf = (path: string) => textFiles(path).map((file) => [...readPieces(file)].join(''));

/** The message of the refusal, without the folder's name. */
function refusal(folder: string, name = ''): string {
  try {
    readCorpus(textFiles(join(folder, name)));
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message.replaceAll(folder, 'FOLDER');
  }
  return 'none';
}

test('a file is one document, without its byte order mark', () => {
  const folder = folderOf({ 'one.txt': '\ufeffCall me Ishmael—🐋\r\n' });
  expect(documentsOf(join(folder, 'one.txt'))).toEqual(['Call me Ishmael—🐋\r\n']);
});

test('a folder has a document a file, in the order of the paths', () => {
  const folder = folderOf({
    ...{ 'b.txt': 'second', 'a.md': 'first', 'c/d.TXT': 'third', 'e.txt': 'fourth' },
    ...{ 'empty.txt': '', '.hidden.txt': 'no', '.git/x.txt': 'no', 'picture.png': Uint8Array.of(0, 1) },
  });
  expect(documentsOf(folder)).toEqual(['first', 'second', 'third', 'fourth']);
});

test('the pieces of a long file are whole characters, wherever it is cut', () => {
  const folder = temporaryDirectory();
  for (const ahead of ['', 'a', 'ab', 'abc']) {
    const content = ahead + '🐋é日\ufeff\ufffd'.repeat(3000);
    writeFileSync(join(folder, 'long.txt'), content);
    const pieces = textFiles(folder).flatMap((file) => [...readPieces(file)]);
    expect(pieces.length).toBeGreaterThan(4);
    expect(pieces.join('')).toBe(content);
  }
});

describe('what is refused', () => {
  const long = new TextEncoder().encode('é\ufffd日'.repeat(5000)); // 40 000 bytes
  const folder = folderOf({
    ...{ 'empty.txt': '', 'mark.txt': '\ufeff', 'zero.txt': 'ab\0c', 'end.txt': Uint8Array.of(0x61, 0xf0, 0x9f, 0x90) },
    ...{ 'latin.txt': Uint8Array.of(0x61, 0xc3, 0xa9, 0xe9, 0x62), 'late.txt': long.with(20_000, 0xff) },
    ...{ 'latezero.txt': long.with(30_001, 0), 'none/readme': 'a text', 'empties/a.txt': '' },
  });
  test.each([
    ['nowhere.txt', 'cannot read FOLDER/nowhere.txt: there is no such file or folder'],
    ['empty.txt/deeper', 'cannot read FOLDER/empty.txt/deeper: a part of the path is a file'],
    ['empty.txt', 'FOLDER/empty.txt is empty: name a file that holds text'],
    ['mark.txt', 'FOLDER/mark.txt is empty: name a file that holds text'],
    ['zero.txt', 'FOLDER/zero.txt is no text: byte 2 is 0; name a text file in UTF-8'],
    ['latezero.txt', 'FOLDER/latezero.txt is no text: byte 30001 is 0; name a text file in UTF-8'],
    ['latin.txt', 'FOLDER/latin.txt is no text in UTF-8 (byte 3 begins no character): convert it'],
    ['late.txt', 'FOLDER/late.txt is no text in UTF-8 (byte 20000 begins no character): convert it'],
    ['end.txt', 'FOLDER/end.txt is no text in UTF-8 (byte 1 begins no character): convert it'],
    ['none', 'FOLDER/none holds no .txt or .md files: name a folder that does, or a file'],
    ['empties', 'all 1 texts in FOLDER/empties are empty: name a folder that holds text'],
    ['', 'FOLDER/end.txt is no text in UTF-8 (byte 1 begins no character): convert it'],
  ])('%j', (name, message) => expect(refusal(folder, name)).toBe(message));

  test('what is neither a file nor a folder', () => {
    expect(() => textFiles('/dev/null')).toThrow('/dev/null is neither a file nor a folder: name one that holds text');
  });

  test('a file that was written to since it was found', () => {
    const path = join(folderOf({ 'sea.txt': 'the sea' }), 'sea.txt');
    const files = textFiles(path);
    writeFileSync(path, 'the seas');
    expect(() => readCorpus(files)).toThrow(`${path} was written to while it was read: begin again`);
  });
});

test.each(corpora)('%s ships', (name) => {
  const documents = documentsOf(corpusFolder(name));
  expect(documents).toHaveLength(136);
  expect(documents[0]).toMatch(/^CHAPTER 1\. Loomings\.\n\nCall me Ishmael\. /);
});
