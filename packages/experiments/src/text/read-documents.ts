import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, errorCode } from '../config/config-error.ts';

/** Names of files that a folder's documents are read from. */
const documentName = /\.(txt|md)$/i;

/** Texts are held in memory: as a string, and as tokens. */
const maximumBytes = 2 ** 28;

/** Why a path cannot be read, in words. */
const reasons: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'permission denied',
};

/**
 * Reads the documents of a text file, which is one, or of a folder, in which each .txt and .md file is one, in the order of their
 * paths; hidden files, and files without any text, are passed over.
 *
 * @throws ConfigError when it cannot be read, holds no text, or holds something that is no text
 */
export function readDocuments(path: string): string[] {
  const { folder, size } = reading(path, () => {
    const status = statSync(path);
    return { folder: status.isDirectory(), size: status.size };
  });
  if (!folder) {
    checkSize(path, size);
    const document = readDocument(path);
    if (document === '') throw new ConfigError(`${path} is empty: name a file that holds text`);
    return [document];
  }
  const files = reading(path, () => documentFiles(path));
  checkSize(
    path,
    files.reduce((sum, file) => sum + statSync(file).size, 0),
  );
  const documents = files.map(readDocument).filter((document) => document !== '');
  if (documents.length === 0) {
    throw new ConfigError(
      files.length === 0
        ? `${path} holds no .txt or .md files: name a folder that does, or a file`
        : `all ${files.length} texts in ${path} are empty: name a folder that holds text`,
    );
  }
  return documents;
}

function documentFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1)); // not by the locale: the order is part of the text
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return documentFiles(path);
    return entry.isFile() && documentName.test(entry.name) ? [path] : [];
  });
}

function checkSize(path: string, bytes: number): void {
  if (bytes <= maximumBytes) return;
  throw new ConfigError(
    `${path} holds ${Math.round(bytes / 2 ** 20)} MiB: at most ${maximumBytes / 2 ** 20} MiB fit into memory with their tokens; name a part of it`,
  );
}

/** A file as text: strictly UTF-8, without NUL bytes, which no text has. */
function readDocument(path: string): string {
  const bytes = reading(path, () => readFileSync(path));
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw new ConfigError(`${path} is no text: byte ${zero} is 0; name a text file in UTF-8`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // takes off a byte order mark
  } catch {
    throw new ConfigError(`${path} is no text in UTF-8 (byte ${firstInvalid(bytes)} begins no character): convert it`);
  }
}

/** Where the first bytes lie that are no character: the text before them is the longest that can be decoded. */
function firstInvalid(bytes: Uint8Array): number {
  const valid = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\ufffd', 1)[0]!;
  return Buffer.byteLength(valid);
}

function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = errorCode(error);
    if (code === '' || error instanceof ConfigError) throw error;
    throw new ConfigError(`cannot read ${path}: ${reasons[code] ?? code}`, { cause: error });
  }
}
