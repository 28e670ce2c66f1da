import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../../test/code-of.ts';
import { bytePairTokenizer } from './byte-pair-tokenizer.ts';
import { byteTokenizer } from './byte-tokenizer.ts';
import { charactersOf, characterTokenizer } from './character-tokenizer.ts';
import { encodablePieces } from './encodable-pieces.ts';
import { tokenizerFrom } from './tokenizer-from.ts';
import { trainBytePairs } from './train-byte-pairs.ts';

/** Any text: letters, signs, line breaks, other scripts, emoji, a byte order mark. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é', '’', '日', '🐋', '\ufeff', '1', '.') }),
);

describe('bytes', () => {
  test('are UTF-8', () => {
    expect(byteTokenizer().encode('aé🐋')).toEqual([0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x90, 0x8b]);
    expect(byteTokenizer().labels.slice(0x0a, 0x0b)).toEqual(['\\n']);
    expect(byteTokenizer().labels.slice(0x20, 0x23)).toEqual(['␣', '!', '"']);
    expect(byteTokenizer().labels[0xc3]).toBe('0xc3');
  });

  test('give back any text', () => {
    const { encode, decode } = byteTokenizer();
    fc.assert(
      fc.property(anyText, (text) => {
        expect(decode(encode(text))).toBe(text);
      }),
    );
  });

  test('that are no UTF-8 become U+FFFD; an id that is none is refused', () => {
    expect(byteTokenizer().decode([0x61, 0xc3, 0x62])).toBe('a\ufffdb');
    expect(codeOf(() => byteTokenizer().decode([256]))).toBe('SWITCHYARD_TASK_TOKEN');
  });
});

describe('characters', () => {
  test('have ids in the order of their codes, one for each code point', () => {
    const characters = charactersOf(['whale 🐋', 'ah']);
    expect(characters).toEqual([' ', 'a', 'e', 'h', 'l', 'w', '🐋']);
    expect(characterTokenizer(characters).encode('🐋 a')).toEqual([6, 0, 1]);
  });

  test('give back any text made of them', () => {
    fc.assert(
      fc.property(
        anyText.filter((text) => text !== ''),
        (text) => {
          const { encode, decode } = characterTokenizer(charactersOf([text]));
          expect(decode(encode(text))).toBe(text);
        },
      ),
    );
  });

  test('refuse another character, saying which and where', () => {
    expect(() => characterTokenizer(['a', 'b']).encode('abcab')).toThrow(
      "character 3 of the text is 'c', which the tokenizer has no token for: it knows a b;",
    );
    expect(codeOf(() => characterTokenizer(['a', 'b']).encode('ab\n'))).toBe('SWITCHYARD_TASK_TEXT');
  });

  test.each([[[]], [['ab']], [['a', 'b', 'a']], [['']]])('%j make no tokenizer', (characters) => {
    expect(codeOf(() => characterTokenizer(characters))).toBe('SWITCHYARD_TASK_OPTION');
  });
});

/** The same encoding, from its description: everything is counted again after each merge. */
function slowMerges(documents: readonly string[], size: number): [number, number][] {
  const pattern = /['’](?:[sdmt]|ll|ve|re)\b| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
  let words = documents.flatMap((text) => text.match(pattern) ?? []).map((word) => [...new TextEncoder().encode(word)]);
  const merges: [number, number][] = [];
  while (256 + merges.length < size) {
    const counts = new Map<string, number>();
    for (const word of words) {
      for (let i = 1; i < word.length; i++) {
        const pair = `${word[i - 1]},${word[i]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const [best] = [...counts]
      .map(([pair, count]) => ({ pair: pair.split(',').map(Number) as [number, number], count }))
      .sort((a, b) => b.count - a.count || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1]);
    if (!best || best.count < 2) break;
    words = words.map((word) => {
      const joined: number[] = [];
      for (const token of word) {
        if (joined.at(-1) === best.pair[0] && token === best.pair[1]) joined[joined.length - 1] = 256 + merges.length;
        else joined.push(token);
      }
      return joined;
    });
    merges.push(best.pair);
  }
  return merges;
}

describe('byte pairs', () => {
  test('the most frequent pair first, of equals the one of smallest ids', () => {
    const { labels } = trainBytePairs(['low lower lowest low', 'new newer'], 262);
    expect(labels.slice(256)).toEqual(['lo', 'low', '␣low', 'er', 'ew', 'new']);
  });

  test('are those of the slow count', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', ' ', '\n', "'", 's'), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 3 }), fc.integer({ min: 256, max: 280 }), (documents, size) => {
        const data = trainBytePairs(documents, size).toJSON();
        expect(data).toEqual({ kind: 'bpe', merges: slowMerges(documents, size) });
      }),
      { numRuns: 200 },
    );
  });

  test('give back any text, seen or not, and text that was learnt is shorter', () => {
    const sea = 'the sea, the sea and the whale; the whale in the sea. '.repeat(3);
    const { encode, decode } = trainBytePairs([sea], 300);
    fc.assert(
      fc.property(anyText, (text) => {
        expect(decode(encode(text))).toBe(text);
      }),
    );
    expect(encode(sea).length).toBeLessThan(sea.length / 2);
  });

  test('the same pairs are learnt whatever the order of the documents', () => {
    const [one, two] = ['a whale and a ship', 'the ship and the whale'];
    expect(trainBytePairs([one, two], 290).toJSON()).toEqual(trainBytePairs([two, one], 290).toJSON());
  });

  test.each([
    [[[0, 256]]],
    [
      [
        [97, 98],
        [97, 98],
      ],
    ],
    [[[-1, 3]]],
  ])('merges %j are refused', (merges) => {
    expect(codeOf(() => bytePairTokenizer(merges as [number, number][]))).toBe('SWITCHYARD_TASK_OPTION');
  });

  test.each([255, 65_536, 300.5])('size %d is refused', (size) => {
    expect(codeOf(() => trainBytePairs(['a'], size))).toBe('SWITCHYARD_TASK_OPTION');
  });
});

describe('a text encoded in pieces', () => {
  const boundaries = fc.string({
    unit: fc.constantFrom('a', 'é', '1', ' ', '\n', "'", '’', 's', 'l', 'r', 'e', '.', '🐋'),
    maxLength: 40,
  });
  const tokenizers = [
    byteTokenizer(),
    characterTokenizer([..."\n '.1aelrsé’🐋"]),
    trainBytePairs(["ll's 're a a 11"], 262),
  ];

  test.each(tokenizers.map((tokenizer) => [tokenizer.kind, tokenizer] as const))(
    '%s: has the tokens of the whole',
    (_, tokenizer) => {
      fc.assert(
        fc.property(fc.array(boundaries, { maxLength: 4 }), (pieces) => {
          const tokens = [...encodablePieces(pieces, tokenizer)].map((piece) => tokenizer.encode(piece));
          expect(tokens.flat()).toEqual(tokenizer.encode(pieces.join('')));
        }),
        { numRuns: 500 },
      );
    },
  );

  test('no text is one piece: runs of letters, signs and spaces end after 256 characters', () => {
    for (const sign of ['a', '🐋', ' ', '1']) {
      const pieces = [
        ...encodablePieces(
          Array.from({ length: 10 }, () => sign.repeat(300)),
          bytePairTokenizer([]),
        ),
      ];
      expect(pieces.map((piece) => [...piece].length % 256)).toEqual([...pieces.slice(1).map(() => 0), 3000 % 256]);
      expect(pieces.join('')).toBe(sign.repeat(3000));
    }
  });
});

test('the bytes of a token are those of its text', () => {
  const sample = 'Call me Ishmaël—🐋';
  for (const tokenizer of [
    byteTokenizer(),
    characterTokenizer(charactersOf([sample])),
    trainBytePairs([sample], 270),
  ]) {
    const bytes = tokenizer.encode(sample).reduce((sum, token) => sum + tokenizer.bytes[token]!, 0);
    expect(bytes).toBe(new TextEncoder().encode(sample).length);
    expect(tokenizer.bytes.length).toBe(tokenizer.labels.length);
  }
});

test('a tokenizer survives JSON', () => {
  const sample = 'Call me Ishmael. Some years ago—never mind how long precisely—';
  const all = [byteTokenizer(), characterTokenizer(charactersOf([sample])), trainBytePairs([sample], 270)];
  for (const tokenizer of all) {
    const copy = tokenizerFrom(JSON.parse(JSON.stringify(tokenizer)));
    expect(copy.encode(sample)).toEqual(tokenizer.encode(sample));
    expect(copy.labels).toEqual(tokenizer.labels);
  }
});
