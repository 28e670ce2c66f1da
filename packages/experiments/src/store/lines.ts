import { fstatSync, readSync } from 'node:fs';
import type { Place } from './record.ts';

const newline = 0x0a;
const piece = 1 << 20;

/**
 * The whole lines of a file from an offset on, and where they lie (their end included); what stands after the last end of
 * a line is left out. The file is read piece by piece: one of a large study is longer than a string can be.
 */
export function* linesFrom(file: number, offset: number): Generator<{ line: string; place: Place }> {
  let bytes = Buffer.allocUnsafe(Math.min(piece, Math.max(1, fstatSync(file).size - offset)));
  let [length, from] = [0, offset];
  for (;;) {
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)]); // a line longer than this
    const got = readSync(file, bytes, length, bytes.length - length, from + length);
    if (got === 0) return;
    length += got;
    let start = 0;
    for (
      let end = bytes.subarray(0, length).indexOf(newline);
      end >= 0;
      end = bytes.subarray(0, length).indexOf(newline, start)
    ) {
      yield { line: bytes.toString('utf8', start, end), place: { offset: from + start, length: end + 1 - start } };
      start = end + 1;
    }
    bytes.copy(bytes, 0, start, length);
    length -= start;
    from += start;
  }
}

/** The text at a place of a file. */
export function readText(file: number, { offset, length }: Place): string {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, offset);
  return bytes.toString('utf8');
}
