import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iarcOptions, seeds, windows } from '../test/arbitraries.ts';
import { chiSquareDeviation } from '../test/chi-square.ts';
import { codeOf } from '../test/code-of.ts';
import { sequence, slowIarc } from '../test/slow-iarc.ts';
import { type IarcOptions, iarc } from './iarc.ts';

describe('every token, against the slow checker', () => {
  test('what is predictable follows from its rule, what is visible is so exactly', () => {
    fc.assert(
      fc.property(iarcOptions, seeds, fc.nat(1e6), windows, (taskOptions, taskSeed, index, size) => {
        const { symbols = 16, context = 'pointer' } = taskOptions;
        const batch = iarc(taskOptions).batch({ seed: taskSeed, index, batchSize: 3, window: size });
        for (let row = 0; row < 3; row++) {
          const { tokens, rules, visible } = sequence(batch, row);
          const verdicts = slowIarc(tokens, symbols, context);
          expect(tokens.every((token) => token >= 0 && token < symbols + 4)).toBe(true);
          // The rule of tokens whose control token lies before the window is one of the four, and the same for all of them.
          const hidden = verdicts[0]!.rule ?? rules[0]!;
          expect(hidden).toBeGreaterThanOrEqual(-1);
          expect(rules).toEqual(verdicts.map(({ rule }) => rule ?? hidden));
          expect(visible).toEqual(verdicts.map(({ token }) => Number(token !== undefined)));
          expect(tokens).toEqual(verdicts.map(({ token }, position) => token ?? tokens[position]));
        }
      }),
    );
  });

  test('in a long window nearly everything is visible, so nearly everything was checked', () => {
    for (const context of ['pointer', 'anchor'] as const) {
      const batch = iarc({ context }).batch({ seed: 1, index: 0, batchSize: 4, window: 1500 });
      const predictable = batch.rules.filter((rule) => rule >= 0).length;
      const visible = batch.visible.filter((flag) => flag === 1).length;
      expect(visible / predictable).toBeGreaterThan(0.98);
      for (let row = 0; row < 4; row++) {
        const { tokens } = sequence(batch, row);
        const verdicts = slowIarc(tokens, 16, context);
        expect(tokens).toEqual(verdicts.map(({ token }, position) => token ?? tokens[position]));
      }
    }
  });
});

test('pinned: these sequences never change', () => {
  const geometric = sequence(iarc().batch({ seed: 1, index: 5, batchSize: 1, window: 31 }), 0);
  expect(geometric.tokens.join(' ')).toBe(
    '3 1 4 5 9 14 7 5 12 1 13 18 13 1 19 13 14 14 3 1 14 5 13 7 13 12 13 13 19 13 1 13',
  );
  expect(geometric.rules.join('')).toBe('11111111111-122-13333333333333-1333');
  expect(geometric.visible.join('')).toBe('00000000000011010011111111110111');
  const binomial = sequence(
    iarc({ switching: 'binomial', context: 'anchor' }).batch({ seed: 'a', index: 0, batchSize: 2, window: 20 }),
    1,
  );
  expect(binomial.tokens.join(' ')).toBe('6 5 4 3 2 19 4 6 8 10 12 14 18 14 12 10 8 6 4 19 8');
});

test('vocabulary and rule names', () => {
  const { name, vocabulary, ruleNames } = iarc({ symbols: 3 });
  expect(name).toBe('iarc');
  expect(vocabulary).toEqual({ size: 7, symbols: 3, controls: 4, labels: ['0', '1', '2', 'I', 'A', 'R', 'C'] });
  expect(ruleNames).toEqual(['increment', 'addition', 'reverse', 'context']);
});

describe('batches are pure functions of seed and index', () => {
  test('the same request gives the same batch, in any order and after any other', () => {
    fc.assert(
      fc.property(iarcOptions, seeds, fc.nat(1e9), windows, (taskOptions, taskSeed, index, size) => {
        const task = iarc(taskOptions);
        const request = { seed: taskSeed, index, batchSize: 2, window: size };
        const first = task.batch(request);
        task.batch({ ...request, index: index + 1 });
        expect(task.batch(request)).toEqual(first);
        expect(iarc(taskOptions).batch(request)).toEqual(first);
      }),
      { numRuns: 30 },
    );
  });

  test('a sequence depends on its row, not on the size of the batch', () => {
    const task = iarc();
    const large = task.batch({ seed: 2, index: 5, batchSize: 7, window: 30 });
    const small = task.batch({ seed: 2, index: 5, batchSize: 3, window: 30 });
    expect(small.tokens).toEqual(large.tokens.slice(0, small.tokens.length));
  });

  test('other rows, indices and seeds give other sequences', () => {
    const task = iarc();
    const tokens = (taskSeed: number | string, index: number) =>
      sequence(task.batch({ seed: taskSeed, index, batchSize: 2, window: 60 }), 0).tokens.join();
    const pair = task.batch({ seed: 1, index: 0, batchSize: 2, window: 60 });
    const all = [tokens(1, 0), tokens(1, 1), tokens(2, 0), tokens('1', 0), sequence(pair, 1).tokens.join()];
    expect(new Set(all).size).toBe(5);
  });
});

describe('the sequence has a past', () => {
  test.each<IarcOptions>([
    {},
    { switching: 'binomial' },
    { switchProbability: 1, minimumSegment: 6 },
    { switchProbability: 0.3, minimumSegment: 10 },
    { switchProbability: 0.5, minimumSegment: 1000 },
    { switchProbability: 1 / 500 },
  ])('control tokens are equally likely at every position: %o', (taskOptions) => {
    const batch = iarc(taskOptions).batch({ seed: 3, index: 0, batchSize: 20_000, window: 19 });
    const counts = new Array<number>(20).fill(0);
    batch.rules.forEach((rule, i) => {
      if (rule < 0) counts[i % 20]!++;
    });
    // Control tokens repel each other, so these counts vary less than independent ones: only too large a deviation is wrong.
    expect(chiSquareDeviation(counts, new Array(20).fill(1 / 20))).toBeLessThan(4);
  });

  test.each(['pointer', 'anchor'] as const)(
    'symbols follow each other at the start of a window as they do later: %s',
    (context) => {
      const batch = iarc({ context }).batch({ seed: 4, index: 0, batchSize: 10_000, window: 255 });
      const shares = (from: number, to: number): number[] => {
        const counts = new Array<number>(16).fill(0);
        for (let row = 0; row < batch.batchSize; row++) {
          const { tokens } = sequence(batch, row);
          const part = tokens.slice(from, to).filter((token) => token < 16);
          for (let i = 1; i < part.length; i++) counts[(part[i]! - part[i - 1]! + 16) % 16]!++;
        }
        const total = counts.reduce((a, b) => a + b);
        return counts.map((value) => value / total);
      };
      const late = shares(224, 256);
      const distance = (other: number[]): number => other.reduce((sum, p, i) => sum + Math.abs(p - late[i]!) / 2, 0);
      expect(distance(shares(0, 32))).toBeLessThan(0.015);
      expect(distance(new Array(16).fill(1 / 16))).toBeGreaterThan(0.05); // where it started from
    },
  );
});

describe('bad input', () => {
  test.each([
    [{ symbols: 1 }, 'iarc: symbols is 1, but must be an integer from 2 to 65536'],
    [{ symbols: 2.5 }, 'symbols is 2.5'],
    [{ symbols: '16' }, "symbols is '16'"],
    [{ context: 'points' }, "iarc: context is 'points'; pass 'pointer' or 'anchor'"],
    [{ switching: 'poisson' }, "switching is 'poisson'; pass 'geometric' or 'binomial'"],
    [{ switchProbability: 0 }, 'switchProbability is 0, but must be above 0 and at most 1'],
    [{ switchProbability: 1.1 }, 'switchProbability is 1.1'],
    [{ switchProbability: Number.NaN }, 'switchProbability is NaN'],
    [{ switchProbability: -0.5, switching: 'binomial' }, 'switchProbability is -0.5'],
    [{ minimumSegment: 0 }, 'minimumSegment is 0, but must be an integer from 1'],
    [{ symbol: 16 }, "iarc has no option 'symbol'; it has 'symbols', 'context'"],
  ])('options %o', (bad, message) => {
    const make = () => Reflect.apply(iarc, undefined, [bad]);
    expect(codeOf(make)).toBe('SWITCHYARD_TASK_OPTION');
    expect(make).toThrow(message);
  });

  test.each([
    [{ window: 0 }, 'iarc: window is 0, but must be an integer of at least 1'],
    [{ window: 1.5 }, 'window is 1.5'],
    [{ batchSize: -3 }, 'batchSize is -3, but must be an integer of at least 1'],
    [{ batchSize: 0 }, 'batchSize is 0'],
    [{ index: -1 }, 'index is -1, but must be an integer of at least 0'],
    [{ index: Number.NaN }, 'index is NaN'],
    [{ batchSize: 2 ** 20, window: 2 ** 20 }, 'ask for several batches'],
  ])('a batch with %o', (bad, message) => {
    const make = () => iarc().batch({ seed: 1, index: 0, batchSize: 2, window: 8, ...bad });
    expect(codeOf(make)).toBe('SWITCHYARD_TASK_BATCH');
    expect(make).toThrow(message);
  });

  test('a seed that is none', () => {
    const make = () => iarc().batch({ seed: 0.5, index: 0, batchSize: 1, window: 8 });
    expect(make).toThrow(expect.objectContaining({ code: 'SWITCHYARD_RANDOM_LABEL' }));
  });
});
