import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeds } from '../test/arbitraries.ts';
import { chiSquareDeviation } from '../test/chi-square.ts';
import { codeOf } from '../test/code-of.ts';
import { sequence } from '../test/slow-iarc.ts';
import { type BitTask, countOnes, findZero } from './index.ts';

/** Each task, and its answer to a sequence of bits from the description alone. */
const tasks = {
  'count-ones': { make: countOnes, answer: (bits: string) => bits.split('1').length - 1 },
  'find-zero-place': { make: findZero, answer: (bits: string) => bits.indexOf('0') + 1 },
  'find-zero-presence': {
    make: (options: object) => findZero({ ...options, ask: 'presence' }),
    answer: (bits: string) => Number(bits.includes('0')),
  },
} satisfies Record<string, { make: (options: object) => BitTask; answer: (bits: string) => number }>;

const anyOptions = fc
  .record({
    lengths: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 })),
    bucket: fc.integer({ min: 1, max: 9 }),
    padding: fc.constantFrom('behind', 'front'),
  })
  .map(({ lengths: [minimumLength, more], ...rest }) => ({
    ...rest,
    minimumLength,
    maximumLength: minimumLength + more,
  }));

test.each(Object.entries(tasks))(
  '%s: bits, question, answer and padding stand where they should',
  (_, { make, answer }) => {
    fc.assert(
      fc.property(anyOptions, seeds, fc.nat(1e6), fc.nat(9), (options, seed, index, extra) => {
        const { minimumLength, maximumLength, bucket, padding } = options;
        const task = make(options);
        const window = maximumLength + 1 + extra;
        const batch = task.batch({ seed, index, batchSize: 3, window });
        for (const row of [0, 1, 2]) {
          const { tokens, rules, visible } = sequence(batch, row);
          const { symbols } = task.vocabulary;
          const text = tokens.map((token) => task.vocabulary.labels[token]).join(' ');
          const [whole, front, bits, answered, behind] =
            /^((?:_ )*)((?:[01] )+)\? (\d+)((?: _)*)$/.exec(text)?.map((part) => part.replaceAll(' ', '')) ?? [];
          expect(whole).toHaveLength(whole!.length);
          expect(padding === 'front' ? behind : front).toBe('');
          expect(bits!.length).toBeGreaterThanOrEqual(minimumLength);
          expect(bits!.length).toBeLessThanOrEqual(maximumLength);
          expect(Number(answered)).toBe(answer(bits!));
          const answerAt = front!.length + bits!.length + 1;
          const rule = Math.floor((bits!.length - minimumLength) / bucket);
          expect(rules).toEqual(tokens.map((_, position) => (position === answerAt ? rule : -1)));
          expect(visible).toEqual(tokens.map((_, position) => Number(position === answerAt)));
          expect(task.layOut([...bits!].map(Number), window)).toEqual({ tokens: Int32Array.from(tokens), answerAt });
          expect(Math.max(...tokens)).toBeLessThan(symbols + 2);
          expect(task.ruleNames.length).toBeGreaterThan(rule);
        }
      }),
    );
  },
);

test('counts, places and lengths are uniform, and so are arrangements', () => {
  const cells = new Map<string, number>();
  const tally = (task: BitTask, key: (bits: string) => string): number[] => {
    cells.clear();
    const { tokens } = task.batch({ seed: 1, index: 0, batchSize: 24_000, window: 5 });
    for (let start = 0; start < tokens.length; start += 6) {
      const row = [...tokens.subarray(start, start + 6)];
      const bits = row
        .filter((token) => token < task.vocabulary.symbols)
        .slice(0, -1)
        .join('');
      cells.set(key(bits), (cells.get(key(bits)) ?? 0) + 1);
    }
    return [...cells.keys()].sort().map((name) => cells.get(name)!);
  };
  const even = (counts: number[], cellCount: number): void => {
    expect(counts).toHaveLength(cellCount);
    expect(Math.abs(chiSquareDeviation(counts, new Array(cellCount).fill(1 / cellCount)))).toBeLessThan(4);
  };
  const ones = (bits: string): string => String(bits.split('1').length - 1);
  even(
    tally(countOnes({ maximumLength: 4 }), (bits) => String(bits.length)),
    4,
  );
  even(tally(countOnes({ minimumLength: 4, maximumLength: 4 }), ones), 5);
  const two = tally(countOnes({ minimumLength: 4, maximumLength: 4 }), (bits) => (ones(bits) === '2' ? bits : ' '));
  even(two.slice(1), 6);
  even(tally(findZero({ minimumLength: 4, maximumLength: 4 }), String), 5);
  even(
    tally(findZero({ minimumLength: 4, maximumLength: 4, ask: 'presence' }), (bits) => String(bits.includes('0'))),
    2,
  );
});

test('pinned: these sequences never change', () => {
  const text = (task: BitTask): string => {
    const { tokens } = task.batch({ seed: 1, index: 0, batchSize: 3, window: 9 });
    return [...tokens].map((token) => task.vocabulary.labels[token]).join('');
  };
  expect(text(countOnes({ maximumLength: 8, padding: 'behind' }))).toBe('11000011?411?2______0011101?4_');
  expect(text(findZero({ maximumLength: 8 }))).toBe('____1101?3______10?2_1101111?3');
});

test('a sequence depends on its row, not on the size of the batch', () => {
  const task = countOnes();
  const large = task.batch({ seed: 1, index: 2, batchSize: 5, window: 40 });
  expect(task.batch({ seed: 1, index: 2, batchSize: 2, window: 40 }).tokens).toEqual(large.tokens.slice(0, 82));
  expect(task.batch({ seed: 1, index: 3, batchSize: 5, window: 40 }).tokens).not.toEqual(large.tokens);
});

test('names, vocabulary and words', () => {
  const task = countOnes({ maximumLength: 10, bucket: 4 });
  expect(task.name).toBe('count-ones');
  expect(task.ruleNames).toEqual(['length 1 to 4', 'length 5 to 8', 'length 9 to 10']);
  expect(countOnes({ maximumLength: 9 }).ruleNames).toEqual(['length 1 to 8', 'length 9']);
  expect(task.vocabulary).toMatchObject({ size: 13, symbols: 11, controls: 2 });
  expect(task.vocabulary.labels.slice(-3)).toEqual(['10', '?', '_']);
  expect(task.explain([12, 1, 0, 1, 11, 2])).toEqual([
    'padding: it says nothing',
    'random, nothing predicts it',
    'random, nothing predicts it',
    'random, nothing predicts it',
    'the sequence ends here: its length is random',
    '2 of the 3 before the question are ones',
  ]);
  expect(task.explain([1, 11, 0, 12])[2]).toBe('1 of the 1 before the question are ones, but 0 stands here');
  const places = findZero({ maximumLength: 4 });
  expect(places.explain([1, 0, 1, 5, 2])[4]).toBe('the zero stands at place 2 of 3');
  expect(places.explain([1, 1, 5, 0])[3]).toBe('none of the 2 before the question is a zero');
  const presence = findZero({ maximumLength: 4, ask: 'presence' });
  expect(presence.vocabulary.labels).toEqual(['0', '1', '?', '_']);
  expect(presence.explain([1, 0, 2, 1])[3]).toBe('the zero stands at place 2 of 2');
});

test('bad options, windows and bits are refused', () => {
  for (const bad of [
    { maximumLength: 0 },
    { maximumLength: 4, minimumLength: 5 },
    { maximumLength: 1000, bucket: 1 },
    { padding: 'left' },
    { ask: 'place' },
  ]) {
    expect(codeOf(() => Reflect.apply(countOnes, undefined, [bad]))).toBe('SWITCHYARD_TASK_OPTION');
  }
  expect(codeOf(() => Reflect.apply(findZero, undefined, [{ ask: 'when' }]))).toBe('SWITCHYARD_TASK_OPTION');
  const task = countOnes({ maximumLength: 8 });
  expect(() => task.batch({ seed: 1, index: 0, batchSize: 1, window: 8 })).toThrow(
    'countOnes: window 8 does not hold a sequence of 8 and its question; pass a window of at least 9',
  );
  expect(codeOf(() => task.layOut([1, 2], 9))).toBe('SWITCHYARD_TASK_TOKEN');
  expect(codeOf(() => task.layOut([1, 1, 1], 3))).toBe('SWITCHYARD_TASK_BATCH');
  expect(codeOf(() => task.layOut(new Array(9).fill(1), 20))).toBe('SWITCHYARD_TASK_OPTION');
});
