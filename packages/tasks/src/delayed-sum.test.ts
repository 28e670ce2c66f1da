import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeds } from '../test/arbitraries.ts';
import { chiSquareDeviation } from '../test/chi-square.ts';
import { codeOf } from '../test/code-of.ts';
import { sequence } from '../test/slow-iarc.ts';
import { delayedSum } from './delayed-sum.ts';

const modulus = fc.integer({ min: 2, max: 50 });
const delay = fc.integer({ min: 1, max: 20 });

test('every token after the first τ is the sum of the last and the τ-th last, mod N', () => {
  fc.assert(
    fc.property(modulus, delay, seeds, fc.nat(1e6), fc.nat(40), (N, τ, seed, index, extra) => {
      const window = τ + extra;
      const batch = delayedSum({ modulus: N, delay: τ }).batch({ seed, index, batchSize: 2, window });
      for (const row of [0, 1]) {
        const { tokens, rules, visible } = sequence(batch, row);
        expect(rules).toEqual(tokens.map((_, t) => (t < τ ? -1 : 0)));
        expect(visible).toEqual(tokens.map((_, t) => Number(t >= τ)));
        expect(tokens).toEqual(tokens.map((x, t) => (t < τ ? x : (tokens[t - 1]! + tokens[t - τ]!) % N)));
        expect(tokens.every((x) => x >= 0 && x < N)).toBe(true);
      }
    }),
  );
});

test('the first τ tokens are uniform and independent', () => {
  const { tokens } = delayedSum({ modulus: 4, delay: 3 }).batch({ seed: 1, index: 0, batchSize: 40_000, window: 3 });
  const cells = new Array<number>(64).fill(0);
  for (let start = 0; start < tokens.length; start += 4) {
    cells[tokens[start]! * 16 + tokens[start + 1]! * 4 + tokens[start + 2]!]!++;
  }
  expect(Math.abs(chiSquareDeviation(cells, new Array(64).fill(1 / 64)))).toBeLessThan(4);
});

test('pinned: these sequences never change; N = 2 is XOR with delay', () => {
  const xor = delayedSum({ modulus: 2, delay: 3 }).batch({ seed: 1, index: 0, batchSize: 1, window: 14 });
  expect([...xor.tokens].join('')).toBe('001110100111010');
  const sums = delayedSum({ modulus: 16, delay: 4 }).batch({ seed: 'a', index: 3, batchSize: 1, window: 11 });
  expect([...sums.tokens].join(' ')).toBe('6 15 6 6 12 11 1 7 3 14 15 6');
});

test('batches are pure, and a sequence depends on its row, not on the size of the batch', () => {
  const task = delayedSum({ modulus: 16, delay: 4 });
  const large = task.batch({ seed: 1, index: 2, batchSize: 5, window: 10 });
  expect(task.batch({ seed: 1, index: 2, batchSize: 5, window: 10 })).toEqual(large);
  expect(task.batch({ seed: 1, index: 2, batchSize: 2, window: 10 }).tokens).toEqual(large.tokens.slice(0, 22));
  expect(task.batch({ seed: 1, index: 3, batchSize: 5, window: 10 }).tokens).not.toEqual(large.tokens);
});

test('name, vocabulary and words', () => {
  const task = delayedSum({ modulus: 4, delay: 2 });
  expect(task.name).toBe('delayed-sum-4-2');
  expect(task.vocabulary).toEqual({ size: 4, symbols: 4, controls: 0, labels: ['0', '1', '2', '3'] });
  expect(task.ruleNames).toEqual(['sum']);
  expect(task.explain([3, 2, 1, 1])).toEqual([
    'one of the first 2 symbols: random, nothing predicts it',
    'one of the first 2 symbols: random, nothing predicts it',
    'sum: 2 + 3, 2 places back, = 1 (mod 4)',
    'sum: 1 + 2, 2 places back, = 3, but 1 stands here (mod 4)',
  ]);
  expect(codeOf(() => task.explain([4]))).toBe('SWITCHYARD_TASK_TOKEN');
});

test('bad options and windows are refused', () => {
  for (const bad of [
    {},
    { modulus: 1, delay: 2 },
    { modulus: 4, delay: 0 },
    { modulus: 4, delay: 1.5 },
    { modulus: 4, delay: 2, tau: 2 },
  ]) {
    expect(codeOf(() => Reflect.apply(delayedSum, undefined, [bad]))).toBe('SWITCHYARD_TASK_OPTION');
  }
  const task = delayedSum({ modulus: 4, delay: 8 });
  const make = (window: number) => () => task.batch({ seed: 1, index: 0, batchSize: 1, window });
  expect(make(7)).toThrow('window 7 holds no predictable token, because the delay is 8; pass a window of at least 8');
  expect(codeOf(make(7))).toBe('SWITCHYARD_TASK_BATCH');
  expect(make(8)().rules.at(-1)).toBe(0);
});
