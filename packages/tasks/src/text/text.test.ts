import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeds } from '../../test/arbitraries.ts';
import { codeOf } from '../../test/code-of.ts';
import { sequence } from '../../test/slow-iarc.ts';
import { charactersOf, characterTokenizer } from './character-tokenizer.ts';
import { splitDocuments } from './split-documents.ts';
import { text } from './text.ts';

const documents = Array.from({ length: 20 }, (_, n) => `Document ${n}. ${'lorem ipsum '.repeat(3 + (n % 5))}`);

describe('the split', () => {
  const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  const texts = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 2, maxLength: 30 });

  test('every document is in one part, in its order, and neither part is empty', () => {
    fc.assert(
      fc.property(texts, share, (all, part) => {
        const { train, validation } = splitDocuments(all, part);
        expect(all.filter((document) => !validation.includes(document))).toEqual(train);
        expect(all.filter((document) => validation.includes(document))).toEqual(validation);
        expect(Math.min(train.length, validation.length)).toBeGreaterThan(0);
      }),
    );
  });

  test('does not depend on the order of the documents', () => {
    fc.assert(
      fc.property(texts, share, (all, part) => {
        const reversed = splitDocuments([...all].reverse(), part).validation;
        expect([...reversed].reverse()).toEqual(splitDocuments(all, part).validation);
      }),
    );
  });

  test('the validation part is about its share', () => {
    const many = Array.from({ length: 1000 }, (_, n) => `${n} `.repeat(5));
    const { validation } = splitDocuments(many, 0.2);
    expect(validation.join('').length / many.join('').length).toBeCloseTo(0.2, 2);
  });

  test('a single document is split by position, between characters', () => {
    expect(splitDocuments(['abcdefghij'], 0.3)).toEqual({ train: ['abcdefg'], validation: ['hij'] });
    expect(splitDocuments(['a🐋b'], 0.5)).toEqual({ train: ['a🐋'], validation: ['b'] });
  });

  test.each([
    [['a'], 0],
    [['a'], 1],
    [[], 0.1],
    [['', ''], 0.1],
  ])('%j with share %d is refused', (all, part) => {
    expect(codeOf(() => splitDocuments(all, part))).toBe('SWITCHYARD_TASK_OPTION');
  });
});

describe('batches', () => {
  const task = text({ documents, validation: 0.2 });
  const sizes = fc.record({ batchSize: fc.integer({ min: 1, max: 5 }), window: fc.integer({ min: 1, max: 40 }) });
  const split = fc.constantFrom('train' as const, 'validation' as const);

  test('are windows of the part that was asked for, every next token a target', () => {
    const parts = splitDocuments(documents, 0.2);
    const whole = { train: `¶${parts.train.join('¶')}¶`, validation: `¶${parts.validation.join('¶')}¶` };
    fc.assert(
      fc.property(seeds, fc.nat(1e6), sizes, split, (seed, index, size, part) => {
        const batch = task.batch({ seed, index, ...size, split: part });
        for (let row = 0; row < size.batchSize; row++) {
          const { tokens, rules, visible } = sequence(batch, row);
          const shown = tokens.map((token) => (token === task.separator ? '¶' : task.tokenizer.decode([token])));
          expect(whole[part]).toContain(shown.join(''));
          expect(rules).toEqual(tokens.map(() => 0));
          expect(visible).toEqual(tokens.map((_, position) => Number(position > 0)));
        }
      }),
    );
  });

  test('are pure, and a smaller one holds the first rows of a larger one', () => {
    fc.assert(
      fc.property(seeds, fc.nat(1e6), sizes, (seed, index, { batchSize, window }) => {
        const { tokens } = task.batch({ seed, index, batchSize: batchSize + 2, window });
        const smaller = text({ documents, validation: 0.2 }).batch({ seed, index, batchSize, window });
        expect(smaller.tokens).toEqual(tokens.subarray(0, batchSize * (window + 1)));
      }),
    );
  });

  test('begin anywhere, the first and the last place included', () => {
    const short = text({ documents: ['abcdefghij'], validation: 0.6 }); // ¶ a b c d ¶
    const { tokens } = short.batch({ seed: 1, index: 0, batchSize: 200, window: 3 });
    const starts = new Set(Array.from({ length: 200 }, (_, row) => tokens[row * 4]));
    expect([...starts].sort((a, b) => a! - b!)).toEqual([97, 98, 256]);
  });

  test('pinned: these windows never change', () => {
    const { tokens } = task.batch({ seed: 1, index: 0, batchSize: 2, window: 15 });
    expect(Array.from(tokens, (token) => task.vocabulary.labels[token]).join('')).toBe(
      '␣lorem␣ipsum␣lororem␣ipsum␣¶Docu',
    );
  });

  test('longer than their part are refused', () => {
    const short = text({ documents: ['abcdefghij'], validation: 0.2 });
    expect(() => short.batch({ seed: 1, index: 0, batchSize: 1, window: 4, split: 'validation' })).toThrow(
      'the validation part has 4 tokens, but a window of 4 and its last target need 5',
    );
    expect(short.batch({ seed: 1, index: 0, batchSize: 1, window: 4 }).tokens).toHaveLength(5);
  });
});

describe('bytes a token', () => {
  const single = { documents: ['abcdé日fghij'], validation: 0.7 }; // ¶ d é 日 f g h i j ¶; é has two bytes, 日 three
  const characters = text({ ...single, tokenizer: characterTokenizer(charactersOf(single.documents)) });
  const of = (task: typeof characters, string: string) => task.bytesPerToken(task.tokenizer.encode(string));

  test('are those of the tokens asked for, with the share of separators in the validation part', () => {
    expect(of(characters, 'abé日')).toBe((7 / 4) * (8 / 10));
    expect(of(characters, 'a')).toBe(8 / 10);
    expect(of(text(single), 'é日')).toBe(11 / 13);
    expect(characters.bytesPerToken([characters.separator, 0, characters.separator])).toBe(8 / 10);
  });

  test('of separators alone are those of the validation part', () => {
    expect(characters.bytesPerToken([characters.separator])).toBe(11 / 10);
  });
});

test('the separator follows the tokens of the tokenizer', () => {
  const { vocabulary, separator } = text({ documents });
  expect({ separator, ...vocabulary, labels: vocabulary.labels.slice(255) }).toEqual({
    ...{ separator: 256, size: 257, symbols: 256, controls: 1 },
    labels: ['0xff', '¶'],
  });
});

test('no rule is claimed for any token', () => {
  expect(text({ documents }).explain([97, 98, 256, 97])).toEqual([
    'text; what stands before it lies outside the window',
    'text: likely or not after what stands before it, but no rule decides',
    'a document ends, or the next one begins',
    'begins a document: nothing before it says how',
  ]);
});
