import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, errorCode } from '../config/config-error.ts';
import { readBytes, type TextFile } from './text-file.ts';

/** Names of files that a folder's documents are read from. */
const documentName = /\.(txt|md)$/i;

/** Why a path cannot be read, in words. */
const reasons: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'permission denied',
};

/**
 * The documents of a text file, which is one, or of a folder, in which each .txt and .md file is one, in the order of their paths;
 * hidden files, and files without any text, are passed over. Nothing but their beginnings is read.
 *
 * @throws ConfigError when they cannot be found, or hold no text
 */
export function textFiles(path: string): TextFile[] {
  const status = reading(path, () => statSync(path));
  if (!status.isDirectory()) {
    if (!status.isFile()) throw new ConfigError(`${path} is neither a file nor a folder: name one that holds text`);
    const file = reading(path, () => textFile(path));
    if (isEmpty(file)) throw new ConfigError(`${path} is empty: name a file that holds text`);
    return [file];
  }
  const files = reading(path, () => documentPaths(path)).map((name) => reading(name, () => textFile(name)));
  const filled = files.filter((file) => !isEmpty(file));
  if (filled.length === 0) {
    throw new ConfigError(
      files.length === 0
        ? `${path} holds no .txt or .md files: name a folder that does, or a file`
        : `all ${files.length} texts in ${path} are empty: name a folder that holds text`,
    );
  }
  return filled;
}

const isEmpty = ({ start, end }: TextFile) => start === end;

function documentPaths(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1)); // not by the locale: the order is part of the text
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return documentPaths(path);
    return entry.isFile() && documentName.test(entry.name) ? [path] : [];
  });
}

function textFile(path: string): TextFile {
  const { size, mtimeMs } = statSync(path);
  const file = { path, start: 0, end: size, modified: mtimeMs };
  const head = readBytes(file, 0, Math.min(size, 3));
  return head.equals(byteOrderMark) ? { ...file, start: 3 } : file;
}

const byteOrderMark = Buffer.from('\ufeff');

function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = errorCode(error);
    if (code === '' || error instanceof ConfigError) throw error;
    throw new ConfigError(`cannot read ${path}: ${reasons[code] ?? code}`, { cause: error });
  }
}
