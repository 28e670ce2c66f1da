import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ConfigError } from '../config/config-error.ts';

/** A file that is a document. It is never held as a whole: what is needed of it is read when it is needed. */
export interface TextFile {
  readonly path: string;
  /** Where its text begins: at 0, or behind a byte order mark. */
  readonly start: number;
  /** Its size in bytes. */
  readonly end: number;
  /** When it was last written: a file that changes while it is read is refused. */
  readonly modified: number;
}

/** Bytes that are read at a time. */
const pieceBytes = 2 ** 13;

/**
 * Bytes start … end − 1 of a file.
 *
 * @throws ConfigError if it has changed since it was found
 */
export function readBytes(file: TextFile, start: number, end: number): Buffer {
  return withFile(file, (descriptor) => readAt(file, descriptor, start, end));
}

/** The text of bytes start … end − 1, which begin and end characters of a text that `readPieces` has found good. */
export function readText(file: TextFile, start: number, end: number): string {
  return readBytes(file, start, end).toString('utf8');
}

/**
 * The text of a file from its beginning, or between two places, in pieces of about 8 KiB, whole characters each.
 *
 * @throws ConfigError at the first byte that is no text: strictly UTF-8, without NUL bytes, which no text has
 */
export function* readPieces(file: TextFile, start = file.start, end = file.end): Generator<string> {
  const descriptor = open(file);
  try {
    for (let position = start; position < end; ) {
      const bytes = readAt(file, descriptor, position, Math.min(position + pieceBytes, end));
      const whole = position + bytes.length < end ? bytes.subarray(0, lastCharacter(bytes)) : bytes;
      yield decode(file, whole, position);
      position += whole.length;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Where the last character begins that may go on behind these bytes; their end where none does. */
function lastCharacter(bytes: Uint8Array): number {
  const leads = Array.from(bytes.subarray(-3), (byte) => byte >= 0xc0);
  const back = leads.length - leads.lastIndexOf(true);
  return leads.includes(true) ? bytes.length - back : bytes.length;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode({ path }: TextFile, bytes: Buffer, position: number): string {
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw new ConfigError(`${path} is no text: byte ${position + zero} is 0; name a text file in UTF-8`);
  try {
    return strict.decode(bytes);
  } catch {
    const at = position + firstInvalid(bytes);
    throw new ConfigError(`${path} is no text in UTF-8 (byte ${at} begins no character): convert it`);
  }
}

/** Where the first bytes lie that are no character: there, text that was decoded leniently is not what it was decoded from. */
function firstInvalid(bytes: Buffer): number {
  const again = Buffer.from(bytes.toString('utf8'));
  let at = again.findIndex((byte, index) => byte !== bytes[index]);
  while ((again[at]! & 0xc0) === 0x80) at--; // to the beginning of the U+FFFD
  return at;
}

function readAt(file: TextFile, descriptor: number, start: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(end - start);
  for (let filled = 0; filled < bytes.length; ) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, start + filled);
    if (count === 0) throw changed(file);
    filled += count;
  }
  return bytes;
}

function withFile<T>(file: TextFile, work: (descriptor: number) => T): T {
  const descriptor = open(file);
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Opens the file that was found, unchanged. */
function open(file: TextFile): number {
  const descriptor = openSync(file.path, 'r');
  const { size, mtimeMs } = fstatSync(descriptor);
  if (size === file.end && mtimeMs === file.modified) return descriptor;
  closeSync(descriptor);
  throw changed(file);
}

const changed = ({ path }: TextFile) =>
  new ConfigError(`${path} was written to while it was read: begin again; a run goes on where the text is the same`);
