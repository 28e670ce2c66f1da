import { describe, expect, test } from 'vitest';
import { chiSquareDeviation } from '../test/chi-square.ts';
import { sequence } from '../test/slow-iarc.ts';
import { type IarcOptions, iarc } from './iarc.ts';

/** Control tokens and the numbers of symbols between them, over many long sequences. */
function segments(taskOptions: IarcOptions): { lengths: number[]; controls: number[] } {
  const { symbols = 16 } = taskOptions;
  const batch = iarc(taskOptions).batch({ seed: 'segments', index: 0, batchSize: 40, window: 4000 });
  const lengths: number[] = [];
  const controls: number[] = [];
  for (let row = 0; row < 40; row++) {
    let since = Number.NaN; // the first segment began before the window
    for (const token of sequence(batch, row).tokens) {
      if (token < symbols) since++;
      else {
        if (!Number.isNaN(since)) lengths.push(since);
        controls.push(token - symbols);
        since = 0;
      }
    }
  }
  return { lengths, controls };
}

const count = (values: readonly number[], kinds: number): number[] => {
  const counts = new Array<number>(kinds).fill(0);
  for (const value of values) counts[Math.min(value, kinds - 1)]!++;
  return counts;
};

describe('switching', () => {
  test.each([
    [1 / 8, 1],
    [0.5, 3],
    [0.9, 1],
    [1 / 100, 1],
  ])(
    'geometric: a control token with probability %d after each symbol from the minimum on',
    (switchProbability, minimumSegment) => {
      const { lengths } = segments({ switchProbability, minimumSegment });
      expect(Math.min(...lengths)).toBe(minimumSegment);
      const kinds = Math.min(30, Math.ceil(3 / switchProbability));
      const beyond = lengths.map((length) => length - minimumSegment);
      const expected = Array.from({ length: kinds }, (_, k) =>
        k === kinds - 1 ? (1 - switchProbability) ** k : switchProbability * (1 - switchProbability) ** k,
      );
      expect(Math.abs(chiSquareDeviation(count(beyond, kinds), expected))).toBeLessThan(4);
    },
  );

  test('a switch after every symbol, and hardly ever', () => {
    expect(new Set(segments({ switchProbability: 1, minimumSegment: 1 }).lengths)).toEqual(new Set([1]));
    expect(new Set(segments({ switchProbability: 1, minimumSegment: 7 }).lengths)).toEqual(new Set([7]));
    expect(segments({ switchProbability: 1e-12 }).controls).toEqual([]);
  });

  test('binomial: lengths of 9 trials with mean 6, the other options without effect', () => {
    const { lengths } = segments({ switching: 'binomial' });
    const ways = [1, 9, 36, 84, 126, 126, 84, 36, 9, 1];
    const expected = ways.map((way, successes) => (way * 2 ** successes) / 3 ** 9);
    const counts = count(lengths, 10);
    // Lengths 0 and 1 are too rare for a cell each.
    const merge = ([zero = 0, one = 0, ...rest]: number[]): number[] => [zero + one, ...rest];
    expect(Math.abs(chiSquareDeviation(merge(counts), merge(expected)))).toBeLessThan(4);
    expect(Math.max(...lengths)).toBe(9);
    expect(segments({ switching: 'binomial', switchProbability: 0.5, minimumSegment: 3 }).lengths).toEqual(lengths);
  });

  test('subtasks are drawn uniformly, whatever the one before', () => {
    const { controls } = segments({});
    const pairs = controls.slice(1).map((control, i) => controls[i]! * 4 + control);
    expect(Math.abs(chiSquareDeviation(count(pairs, 16), new Array(16).fill(1 / 16)))).toBeLessThan(4);
  });
});
