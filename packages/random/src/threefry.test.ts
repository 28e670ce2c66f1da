import { expect, test } from 'vitest';
import { threefry, type Words } from './threefry.ts';

const words = (text: string): Words => {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = text.split(' ').map((word) => Number.parseInt(word, 16) | 0);
  return [w0, w1, w2, w3];
};
const hex = (out: Int32Array): string => [...out].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ');

// The lines `threefry4x32 20` of kat_vectors in Random123: counter, key, result.
const knownAnswers = [
  ['00000000 00000000 00000000 00000000', '00000000 00000000 00000000 00000000', '9c6ca96a e17eae66 fc10ecd4 5256a7d8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff ffffffff ffffffff', '2a881696 57012287 f6c7446e a16a6732'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0 082efa98 ec4e6c89', '59cd1dbb b8879579 86b5d00c ac8b6d84'],
] as const;

test.each(knownAnswers)('the known answer of Random123 for counter %s', (counter, key, result) => {
  const out = new Int32Array(4);
  threefry(words(key), words(counter), out);
  expect(hex(out)).toBe(result);
});

test('several blocks are the images of successive counters, the first word wrapping', () => {
  const key = words(knownAnswers[2][1]);
  const together = new Int32Array(12);
  threefry(key, [-2, 7, 8, 9], together);
  for (const [block, first] of [-2, -1, 0].entries()) {
    const alone = new Int32Array(4);
    threefry(key, [first, 7, 8, 9], alone);
    expect(together.slice(4 * block, 4 * block + 4)).toEqual(alone);
  }
});
