import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeds } from '../test/arbitraries.ts';
import { chiSquareDeviation } from '../test/chi-square.ts';
import { codeOf } from '../test/code-of.ts';
import { sequence } from '../test/slow-iarc.ts';
import { indirectObject } from './index.ts';

test('every sentence has two names, one of them again, and the other as its answer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 16 }), seeds, fc.nat(1e6), fc.nat(6), (names, seed, index, extra) => {
      const task = indirectObject({ names });
      const window = 14 + extra;
      const batch = task.batch({ seed, index, batchSize: 3, window });
      for (const row of [0, 1, 2]) {
        const { tokens, rules, visible } = sequence(batch, row);
        const text = tokens.map((token) => task.vocabulary.labels[token]).join(' ');
        const [, first, second, subject, answer] =
          /^(?:_ )*(?:when|after|while) (\w+) and (\w+) \w+ \w+ the \w+ , (\w+) \w+ the \w+ to (\w+)$/.exec(text) ?? [];
        expect(new Set([first, second]).size).toBe(2);
        expect([subject, answer].sort()).toEqual([first, second].sort());
        expect(rules).toEqual(tokens.map((_, t) => (t < window ? -1 : answer === first ? 0 : 1)));
        expect(visible).toEqual(tokens.map((_, t) => Number(t === window)));
        expect(Math.max(...tokens)).toBeLessThan(task.vocabulary.size);
        expect(tokens.at(-1)).toBeLessThan(names);
      }
    }),
  );
});

test('pairs of names, their order and the giver are uniform', () => {
  const { tokens, rules } = indirectObject({ names: 3 }).batch({ seed: 1, index: 0, batchSize: 12_000, window: 14 });
  const cells = new Array<number>(12).fill(0);
  for (let start = 0; start < tokens.length; start += 15) {
    const [first, second, rule] = [tokens[start + 1]!, tokens[start + 3]!, rules[start + 14]!];
    cells[(first * 2 + ((second - first + 3) % 3) - 1) * 2 + rule]!++;
  }
  expect(Math.abs(chiSquareDeviation(cells, new Array(12).fill(1 / 12)))).toBeLessThan(4);
});

test('the counterpart exchanges giver and answer; twice it is the sentence again', () => {
  const task = indirectObject();
  const { tokens } = task.batch({ seed: 2, index: 0, batchSize: 20, window: 16 });
  for (let start = 0; start < tokens.length; start += 17) {
    const whole = tokens.slice(start, start + 17);
    const other = task.counterpart(whole);
    const changed = [...whole.keys()].filter((position) => whole[position] !== other[position]);
    expect(changed).toEqual([2 + 9, 16]);
    expect([other[11], other[16]]).toEqual([whole[16], whole[11]]);
    expect(task.counterpart(other)).toEqual(whole);
    expect(task.counterpart(whole.subarray(0, 16))).toEqual(other.subarray(0, 16));
  }
  expect(codeOf(() => task.counterpart(new Int32Array(17)))).toBe('SWITCHYARD_TASK_TOKEN');
});

test('pinned sentence, words, and refusals', () => {
  const task = indirectObject();
  const tokens = [...task.batch({ seed: 1, index: 0, batchSize: 1, window: 15 }).tokens];
  expect(tokens.map((token) => task.vocabulary.labels[token]).join(' ')).toBe(
    '_ when Dan and Ben went to the shop , Ben gave the letter to Dan',
  );
  expect(task.explain(tokens)[0]).toBe('padding: it says nothing');
  expect(task.explain(tokens)[5]).toBe('a word of the sentence: random, or follows from the template');
  expect(task.explain(tokens)[15]).toBe('Ben gives, so Dan is given');
  expect(task.ruleNames).toEqual(['first name', 'second name']);
  expect(codeOf(() => indirectObject({ names: 17 }))).toBe('SWITCHYARD_TASK_OPTION');
  expect(() => task.batch({ seed: 1, index: 0, batchSize: 1, window: 13 })).toThrow('pass a window of at least 14');
});
