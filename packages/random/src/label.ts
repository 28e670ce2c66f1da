import { RandomError } from './errors.ts';
import { threefry, type Words } from './threefry.ts';

/** What names a seed or a fork. The number 1 and the string '1' are different labels. */
export type Label = string | number;

/**
 * Last counter word of the blocks that turn a label into a key. Numbers of a stream use 0 there, so a child's key never
 * appears among its parent's numbers. The low bits of `STRING_END` count the code units in the last block.
 */
const NUMBER = 0x1000_0000;
const STRING_MORE = 0x2000_0000;
const STRING_END = 0x3000_0000;
const UNITS_PER_BLOCK = 6;

const output = new Int32Array(4);

/**
 * The key of a stream's child: the label, cut into blocks, is run through the cipher block by block, each result being the
 * key for the next. A number is one block, so two numbers never give the same key; a string is its UTF-16 code units, and
 * the mark on its last block keeps ('a', 'b') apart from ('ab').
 *
 * @throws RandomError `SWITCHYARD_RANDOM_LABEL` unless the label is a string or a safe integer
 */
export function deriveKey(parent: Words, label: Label): Words {
  if (typeof label === 'number') return deriveFromNumber(parent, label);
  if (typeof label === 'string') return deriveFromString(parent, label);
  throw new RandomError(
    'SWITCHYARD_RANDOM_LABEL',
    `a ${label === null ? 'null' : typeof label} is no seed or label: pass a string or an integer`,
  );
}

function deriveFromNumber(parent: Words, label: number): Words {
  if (!Number.isSafeInteger(label)) {
    throw new RandomError(
      'SWITCHYARD_RANDOM_LABEL',
      `${label} is no seed or label: a number must be an integer within ±(2^53 - 1); pass String(${label}) for others`,
    );
  }
  // Two 32-bit halves of the two's complement of the integer: -0 and 0 are one label.
  return encrypt(parent, label | 0, Math.floor(label / 2 ** 32) | 0, 0, NUMBER);
}

function deriveFromString(parent: Words, label: string): Words {
  return deriveKeyOfPieces(parent, [label]);
}

/** The key of the child whose label is the pieces joined. */
export function deriveKeyOfPieces(parent: Words, pieces: Iterable<string>): Words {
  let key = parent;
  let rest = '';
  for (const piece of pieces) {
    rest += piece;
    let start = 0;
    for (; rest.length - start > UNITS_PER_BLOCK; start += UNITS_PER_BLOCK) key = absorb(key, rest, start, STRING_MORE);
    rest = rest.slice(start);
  }
  return absorb(key, rest, 0, STRING_END + rest.length);
}

function absorb(key: Words, label: string, start: number, mark: number): Words {
  const pair = (at: number): number => unit(label, at) | (unit(label, at + 1) << 16);
  return encrypt(key, pair(start), pair(start + 2), pair(start + 4), mark);
}

function unit(label: string, at: number): number {
  return at < label.length ? label.charCodeAt(at) : 0;
}

function encrypt(key: Words, x0: number, x1: number, x2: number, x3: number): Words {
  threefry(key, [x0, x1, x2, x3], output);
  return [output[0]!, output[1]!, output[2]!, output[3]!];
}
