import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../test/temporary.ts';
import { ConfigError } from '../config/config-error.ts';
import { corpora, corpusFolder } from './corpora.ts';
import { readDocuments } from './read-documents.ts';

/** Files by path, in a new folder. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The message of the refusal, without the folder's name. */
function refusal(folder: string, name = ''): string {
  try {
    readDocuments(join(folder, name));
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message.replaceAll(folder, 'FOLDER');
  }
  return 'none';
}

test('a file is one document, without its byte order mark', () => {
  const folder = folderOf({ 'one.txt': '\ufeffCall me Ishmael—🐋\r\n' });
  expect(readDocuments(join(folder, 'one.txt'))).toEqual(['Call me Ishmael—🐋\r\n']);
});

test('a folder has a document a file, in the order of the paths', () => {
  const folder = folderOf({
    ...{ 'b.txt': 'second', 'a.md': 'first', 'c/d.TXT': 'third', 'e.txt': 'fourth' },
    ...{ 'empty.txt': '', '.hidden.txt': 'no', '.git/x.txt': 'no', 'picture.png': Uint8Array.of(0, 1) },
  });
  expect(readDocuments(folder)).toEqual(['first', 'second', 'third', 'fourth']);
});

describe('what is refused', () => {
  const folder = folderOf({
    ...{ 'empty.txt': '', 'zero.txt': 'ab\0c', 'latin.txt': Uint8Array.of(0x61, 0xc3, 0xa9, 0xe9, 0x62) },
    ...{ 'none/readme': 'a text', 'empties/a.txt': '' },
  });
  test.each([
    ['nowhere.txt', 'cannot read FOLDER/nowhere.txt: there is no such file or folder'],
    ['empty.txt/deeper', 'cannot read FOLDER/empty.txt/deeper: a part of the path is a file'],
    ['empty.txt', 'FOLDER/empty.txt is empty: name a file that holds text'],
    ['zero.txt', 'FOLDER/zero.txt is no text: byte 2 is 0; name a text file in UTF-8'],
    ['latin.txt', 'FOLDER/latin.txt is no text in UTF-8 (byte 3 begins no character): convert it'],
    ['none', 'FOLDER/none holds no .txt or .md files: name a folder that does, or a file'],
    ['empties', 'all 1 texts in FOLDER/empties are empty: name a folder that holds text'],
    ['', 'FOLDER/latin.txt is no text in UTF-8 (byte 3 begins no character): convert it'],
  ])('%j', (name, message) => expect(refusal(folder, name)).toBe(message));
});

test.each(corpora)('%s ships', (name) => {
  const documents = readDocuments(corpusFolder(name));
  expect(documents).toHaveLength(136);
  expect(documents[0]).toMatch(/^CHAPTER 1\. Loomings\.\n\nCall me Ishmael\. /);
});
