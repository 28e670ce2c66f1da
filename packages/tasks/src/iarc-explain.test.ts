import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iarcOptions, seeds, windows } from '../test/arbitraries.ts';
import { codeOf } from '../test/code-of.ts';
import { sequence } from '../test/slow-iarc.ts';
import { iarc } from './iarc.ts';

describe('explain', () => {
  const [I, A, R, C] = [16, 17, 18, 19];

  test('says for every token what it follows from, or what is missing', () => {
    const tokens = [4, I, 5, R, 5, 4, 3, A, 7, C, 0, 7];
    expect(iarc().explain(tokens)).toEqual([
      'the control token lies before the window',
      'control token: increment from here on; nothing predicts it',
      'increment: 4 + 1 = 5 (mod 16)',
      'control token: reverse from here on; nothing predicts it',
      'reverse: symbol 1 after R repeats symbol 1 back from it, 5',
      'reverse: symbol 2 after R repeats symbol 2 back from it, 4',
      'reverse: what it refers to lies before the window',
      'control token: addition from here on; nothing predicts it',
      'addition: 3 + 4 = 7 (mod 16)',
      'control token: context from here on; nothing predicts it',
      'context: what it refers to lies before the window',
      'context: 0 points 1 back from itself, to 7',
    ]);
    expect(iarc({ context: 'anchor' }).explain([C, 3, 9, C, 2, 11])).toEqual([
      'control token: context from here on; nothing predicts it',
      'context: what it refers to lies before the window',
      'context: what it refers to lies before the window',
      'control token: context from here on; nothing predicts it',
      'context: 9 + 9, the last symbol before C, = 2 (mod 16)',
      'context: 2 + 9, the last symbol before C, = 11 (mod 16)',
    ]);
  });

  test('says so where a token contradicts its rule', () => {
    expect(iarc().explain([4, I, 6]).at(-1)).toBe('increment: 4 + 1 = 5, but 6 stands here (mod 16)');
    expect(iarc().explain([4, R, 6]).at(-1)).toBe(
      'reverse: symbol 1 after R repeats symbol 1 back from it, 4, but 6 stands here',
    );
  });

  test('what is visible is explained, the rest is said to lie before the window', () => {
    fc.assert(
      fc.property(iarcOptions, seeds, windows, (taskOptions, taskSeed, size) => {
        const task = iarc(taskOptions);
        const { tokens, rules, visible } = sequence(
          task.batch({ seed: taskSeed, index: 0, batchSize: 1, window: size }),
          0,
        );
        for (const [i, sentence] of task.explain(tokens).entries()) {
          expect(sentence).not.toContain('but');
          expect(/before the window/.test(sentence)).toBe(visible[i] === 0 && rules[i]! >= 0);
        }
      }),
    );
  });

  test('refuses what is no token', () => {
    for (const bad of [-1, 20, 1.5, Number.NaN])
      expect(codeOf(() => iarc().explain([0, bad]))).toBe('SWITCHYARD_TASK_TOKEN');
  });
});
