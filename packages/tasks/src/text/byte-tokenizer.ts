import type { Tokenizer } from './tokenizer.ts';
import { bytesLabel, noToken, toBytes, toText } from './utf8.ts';

const size = 256;

/** The bytes of UTF-8 as tokens 0 … 255: it knows every text and learns nothing. */
export function byteTokenizer(): Tokenizer {
  return {
    kind: 'bytes',
    labels: Array.from({ length: size }, (_, byte) => bytesLabel(Uint8Array.of(byte))),
    encode: (text) => Array.from(toBytes(text)),
    decode(tokens) {
      return toText(
        Uint8Array.from(tokens, (token, position) => {
          if (Number.isInteger(token) && token >= 0 && token < size) return token;
          throw noToken(token, position, size);
        }),
      );
    },
    toJSON: () => ({ kind: 'bytes' }),
  };
}
