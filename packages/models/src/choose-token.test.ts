import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseToken } from './choose-token.ts';

const logits = Float32Array.from([0.5, 0.25, 0.125, 0.125], Math.log);
const all = { temperature: 1, topP: 1 };

/** What is drawn at 0, 1/16, 2/16, … */
const draws = (choice: Parameters<typeof chooseToken>[1]) =>
  Array.from({ length: 16 }, (_, i) => chooseToken(logits, choice, (i + 0.5) / 16)).join('');

test('a token is drawn as often as it is likely', () => {
  expect(draws(all)).toBe('0000000011112233');
});

test('temperature sharpens and flattens', () => {
  expect(draws({ ...all, temperature: 0 })).toBe('0000000000000000');
  // Squares: 16, 4, 1, 1 of 22.
  expect(draws({ ...all, temperature: 0.5 })).toBe('0000000000001113');
  expect(draws({ ...all, temperature: 1e6 })).toBe('0000111122223333');
});

test('topK keeps so many, topP as many as reach the share; together, the share of those', () => {
  expect(draws({ ...all, topK: 2 })).toBe('0000000000011111');
  expect(draws({ ...all, topK: 1 })).toBe('0000000000000000');
  expect(draws({ ...all, topK: 9 })).toBe('0000000011112233');
  expect(draws({ ...all, topP: 0.5 })).toBe('0000000000000000');
  expect(draws({ ...all, topP: 0.51 })).toBe('0000000000011111');
  expect(draws({ ...all, topP: 1e-9 })).toBe('0000000000000000');
  // 0.5 and 0.25 are left; 0.66 of that is 0.495.
  expect(draws({ ...all, topK: 2, topP: 0.66 })).toBe('0000000000000000');
  expect(draws({ ...all, topK: 3, topP: 0.8 })).toBe('0000000000011111');
});

test('equally likely tokens: the smaller id first', () => {
  const equal = new Float32Array(5);
  expect(chooseToken(equal, { temperature: 0, topP: 1 }, 0.9)).toBe(0);
  expect(chooseToken(equal, { temperature: 1, topP: 1, topK: 2 }, 0.9)).toBe(1);
});

test('whatever the logits, a token is chosen that the cut leaves', () => {
  const any = fc.record({
    logits: fc.float32Array({ min: -1e4, max: 1e4, minLength: 1, maxLength: 20, noNaN: true, noDefaultInfinity: true }),
    temperature: fc.double({ min: 0.01, max: 100, noNaN: true }),
    topK: fc.integer({ min: 1, max: 30 }),
    topP: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    uniform: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  fc.assert(
    fc.property(any, ({ logits, uniform, ...choice }) => {
      const token = chooseToken(logits, choice, uniform);
      const likelier = logits.filter((value) => value > logits[token]!).length;
      expect(token).toBeGreaterThanOrEqual(0);
      expect(likelier).toBeLessThan(choice.topK);
    }),
  );
});
