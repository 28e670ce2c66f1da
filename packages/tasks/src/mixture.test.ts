import { describe, expect, test } from 'vitest';
import { chiSquareDeviation } from '../test/chi-square.ts';
import { codeOf } from '../test/code-of.ts';
import { sequence, slowIarc } from '../test/slow-iarc.ts';
import { delayedSum } from './delayed-sum.ts';
import { iarc } from './iarc.ts';
import { mixture } from './mixture.ts';

const two = mixture([iarc({ symbols: 8 }), delayedSum({ modulus: 10, delay: 3 })]);
const request = { seed: 1, index: 0, batchSize: 200, window: 30 };

test('symbols are shared, control tokens and rules are not', () => {
  expect(two.vocabulary).toEqual({
    size: 14,
    symbols: 10,
    controls: 4,
    labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'iarc:I', 'iarc:A', 'iarc:R', 'iarc:C'],
  });
  expect(two.ruleNames).toEqual([
    'iarc/increment',
    'iarc/addition',
    'iarc/reverse',
    'iarc/context',
    'delayed-sum-10-3/sum',
  ]);
  const twins = mixture([iarc(), delayedSum({ modulus: 2, delay: 2 }), iarc({ context: 'anchor', symbols: 4 })]);
  expect(twins.ruleNames).toContain('iarc-1/increment');
  expect(twins.ruleNames).toContain('iarc-3/increment');
  expect(twins.vocabulary.labels.slice(16)).toEqual(
    ['iarc-1', 'iarc-3'].flatMap((task) => [...'IARC'].map((c) => `${task}:${c}`)),
  );
});

describe('each sequence is one of a task', () => {
  const batch = two.batch(request);
  const rows = Array.from({ length: 200 }, (_, row) => sequence(batch, row));
  const sums = rows.filter(({ rules }) => rules.includes(4));
  const others = rows.filter(({ rules }) => !rules.includes(4));

  test('both occur', () => expect(Math.abs(sums.length - others.length)).toBeLessThan(60));

  test('the sequences of the delayed sum', () => {
    for (const { tokens, rules, visible } of sums) {
      expect(tokens).toEqual(tokens.map((x, t) => (t < 3 ? x : (tokens[t - 1]! + tokens[t - 3]!) % 10)));
      expect(rules).toEqual(tokens.map((_, t) => (t < 3 ? -1 : 4)));
      expect(visible).toEqual(tokens.map((_, t) => Number(t >= 3)));
    }
  });

  test('the sequences of IARC', () => {
    for (const { tokens, rules, visible } of others) {
      const own = tokens.map((token) => (token < 10 ? token : token - 2));
      expect(tokens.every((token) => token < 8 || token >= 10)).toBe(true);
      const verdicts = slowIarc(own, 8, 'pointer');
      expect(rules).toEqual(verdicts.map(({ rule }, t) => rule ?? rules[t]));
      expect(visible).toEqual(verdicts.map(({ token }) => Number(token !== undefined)));
      expect(own).toEqual(verdicts.map(({ token }, t) => token ?? own[t]));
    }
  });
});

test('tasks are drawn uniformly', () => {
  const three = mixture([2, 3, 4].map((delay) => delayedSum({ modulus: 3, delay })));
  const { rules } = three.batch({ seed: 2, index: 0, batchSize: 30_000, window: 4 });
  const counts = [0, 0, 0];
  for (let last = 4; last < rules.length; last += 5) counts[rules[last]!]!++;
  expect(Math.abs(chiSquareDeviation(counts, [1 / 3, 1 / 3, 1 / 3]))).toBeLessThan(4);
});

test('batches are pure, and a sequence depends on its row, not on the size of the batch', () => {
  const large = two.batch(request);
  expect(two.batch(request)).toEqual(large);
  expect(two.batch({ ...request, batchSize: 7 }).tokens).toEqual(large.tokens.slice(0, 7 * 31));
  expect(two.batch({ ...request, index: 1 }).tokens).not.toEqual(large.tokens);
});

test('two tasks of one kind make different sequences; a mixture of one is that task', () => {
  const task = iarc();
  const twins = mixture([task, task]).batch({ ...request, window: 60 });
  const tokens = Array.from({ length: 200 }, (_, row) =>
    sequence(twins, row)
      .tokens.map((t) => (t < 20 ? t : t - 4))
      .join(),
  );
  expect(new Set(tokens).size).toBe(200);
  expect(mixture([task]).batch(request)).toEqual(task.batch(request));
});

test('mixtures can be mixed', () => {
  const nested = mixture([two, delayedSum({ modulus: 3, delay: 2 })]);
  expect(nested.ruleNames).toHaveLength(6);
  const { tokens, rules } = nested.batch(request);
  expect(new Set(rules)).toEqual(new Set([-1, 0, 1, 2, 3, 4, 5]));
  expect(Math.max(...tokens)).toBe(13);
});

test('a sequence is explained as every task reads it that has its tokens', () => {
  const [I] = [10];
  expect(two.explain([4, I!, 5])).toEqual([
    'iarc: the control token lies before the window',
    'iarc: control token: increment from here on; nothing predicts it',
    'iarc: increment: 4 + 1 = 5 (mod 8)',
  ]);
  expect(two.explain([4, 5, 6, 0])[3]).toBe(
    'iarc: the control token lies before the window | delayed-sum-10-3: sum: 6 + 4, 3 places back, = 0 (mod 10)',
  );
  expect(two.explain([9, 1])[0]).toBe('delayed-sum-10-3: one of the first 3 symbols: random, nothing predicts it');
  expect(two.explain([9, I!])).toEqual(new Array(2).fill('no task of the mixture has all of these tokens'));
  expect(codeOf(() => two.explain([14]))).toBe('SWITCHYARD_TASK_TOKEN');
});

test('bad mixtures and batches are refused', () => {
  expect(codeOf(() => mixture([]))).toBe('SWITCHYARD_TASK_OPTION');
  const many = Array.from({ length: 128 }, (_, i) => delayedSum({ modulus: 2, delay: i + 1 }));
  expect(codeOf(() => mixture(many))).toBe('SWITCHYARD_TASK_OPTION');
  expect(mixture(many.slice(1)).ruleNames).toHaveLength(127);
  expect(codeOf(() => two.batch({ ...request, batchSize: 0 }))).toBe('SWITCHYARD_TASK_BATCH');
  // Also where the task that cannot make the batch happens to get no sequence.
  expect(codeOf(() => two.batch({ ...request, batchSize: 1, window: 2 }))).toBe('SWITCHYARD_TASK_BATCH');
});
