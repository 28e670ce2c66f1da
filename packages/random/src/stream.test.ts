import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomError } from './errors.ts';
import { createStream, type Stream } from './stream.ts';
import { threefry, type Words } from './threefry.ts';

const label = fc.oneof(fc.string(), fc.maxSafeInteger());
const draw = (stream: Stream, count = 8): number[] => Array.from({ length: count }, () => stream.nextUint32());

/** Pearson's statistic as a number of standard deviations (Wilson and Hilferty's cube root). */
function chiSquareDeviation(counts: ArrayLike<number>): number {
  const observed = Array.from(counts);
  const expected = observed.reduce((sum, count) => sum + count, 0) / observed.length;
  const freedom = observed.length - 1;
  const statistic = observed.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return (Math.cbrt(statistic / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
}

const code = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof RandomError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

test('pinned: these numbers never change', () => {
  const stream = createStream(1);
  expect(draw(stream, 6)).toEqual([1267028597, 906696319, 2835457116, 625642257, 156952494, 2021792834]);
  expect(stream.nextFloat()).toBe(0.3612209299478857);
  expect(Array.from({ length: 10 }, () => stream.nextInt(10))).toEqual([6, 8, 9, 0, 1, 6, 9, 4, 0, 2]);
  expect([...stream.fill(new Float32Array(3), 'uniform')]).toEqual([
    0.09309273958206177, 0.7635030150413513, 0.26023828983306885,
  ]);
  expect([...stream.fill(new Float32Array(3), 'normal')]).toEqual([
    -0.3937441110610962, 0.0577225424349308, -0.7920127511024475,
  ]);
  expect(draw(createStream('seed'), 2)).toEqual([3369137438, 3766251636]);
  expect(draw(createStream(-(2 ** 53) + 1), 2)).toEqual([1287553523, 796875536]);
  expect(draw(createStream(1).fork('weights', 3), 2)).toEqual([2374394429, 4178911820]);
  expect(draw(createStream(1).fork('a label longer than one block', '𝄞\ud834'), 2)).toEqual([2796333350, 4152561829]);
});

test('a fork depends on seed and labels only, not on what was drawn', () => {
  fc.assert(
    fc.property(label, fc.array(label, { minLength: 1 }), fc.nat(100), (seed, labels, count) => {
      const used = createStream(seed);
      draw(used, count);
      expect(draw(used.fork(...labels))).toEqual(draw(createStream(seed).fork(...labels)));
    }),
  );
});

test('a label in pieces is the label, however it is cut', () => {
  fc.assert(
    fc.property(label, fc.array(fc.string({ unit: 'binary', maxLength: 20 })), (seed, pieces) => {
      const stream = createStream(seed);
      expect(stream.forkPieces(pieces).key).toEqual(stream.fork(pieces.join('')).key);
    }),
  );
});

test('a stream can be made again from its key', () => {
  const image = (key: Words, counter: Words, words: number) => {
    const out = new Int32Array(words);
    threefry(key, counter, out);
    return out;
  };
  fc.assert(
    fc.property(label, fc.maxSafeInteger(), (seed, n) => {
      const parent = createStream(seed);
      const [k0, k1, k2, k3] = image(parent.key, [n | 0, Math.floor(n / 2 ** 32), 0, 2 ** 28], 4);
      const child = parent.fork(n);
      expect(child.key).toEqual([k0, k1, k2, k3]);
      expect(draw(child, 12)).toEqual(Array.from(image(child.key, [0, 0, 0, 0], 12), (word) => word >>> 0));
    }),
  );
});

test('forking does not disturb the stream', () => {
  const forked = createStream(5);
  const first = draw(forked, 3);
  forked.fork('aside').nextFloat();
  expect([...first, ...draw(forked, 5)]).toEqual(draw(createStream(5)));
});

test('forking by several labels is forking by one after the other', () => {
  fc.assert(
    fc.property(label, label, label, (seed, a, b) => {
      expect(draw(createStream(seed).fork(a, b))).toEqual(draw(createStream(seed).fork(a).fork(b)));
    }),
  );
});

test('different labels give different streams', () => {
  const path = fc.array(label, { minLength: 1, maxLength: 4 });
  const text = (labels: (string | number)[]): string => JSON.stringify(labels.map((l) => (l === 0 ? 0 : l)));
  fc.assert(
    fc.property(path, path, (a, b) => {
      fc.pre(text(a) !== text(b));
      expect(draw(createStream(0).fork(...a))).not.toEqual(draw(createStream(0).fork(...b)));
    }),
  );
  const paths = [
    [1],
    ['1'],
    [''],
    ['', ''],
    ['\0'],
    ['a', 'b'],
    ['ab'],
    ['a', ''],
    ['b', 'a'],
    [-1],
    [2 ** 32],
    [0],
    [1, 1],
  ];
  const paddings = ['abcdef', 'abcdef\0', 'abcdefg', 'abcde', 'abcde\0'].map((padded) => [padded]);
  const streams = [...paths, ...paddings].map((labels) => draw(createStream(0).fork(...labels)).join());
  expect(new Set(streams).size).toBe(streams.length);
  expect(draw(createStream(0).fork(-0))).toEqual(draw(createStream(0).fork(0)));
});

test('pairs of forked streams are independent: chi-square over joint cells', () => {
  const pairs: [Stream, Stream][] = [
    [createStream(1).fork(0), createStream(1).fork(1)],
    [createStream(1).fork('a'), createStream(1).fork('b')],
    [createStream(1), createStream(2)],
    [createStream(1), createStream(1).fork(1)],
    [createStream(1).fork(1, 2), createStream(1).fork(2, 1)],
    [createStream(1).fork(7), createStream(2).fork(7)],
  ];
  for (const [left, right] of pairs) {
    const joint = new Uint32Array(256);
    for (let i = 0; i < 100_000; i++) joint[left.nextInt(16) * 16 + right.nextInt(16)]!++;
    expect(Math.abs(chiSquareDeviation(joint))).toBeLessThan(4);
  }
});

test('first numbers of many forks are uniform and follow no pattern from fork to fork', () => {
  const root = createStream(3).fork('batch');
  const joint = new Uint32Array(256);
  let before = root.fork(0).nextInt(16);
  for (let i = 1; i <= 100_000; i++) {
    const now = root.fork(i).nextInt(16);
    joint[before * 16 + now]!++;
    before = now;
  }
  expect(Math.abs(chiSquareDeviation(joint))).toBeLessThan(4);
});

test.each([2, 3, 10, 16, 1000])('nextInt(%i) is uniform', (bound) => {
  const stream = createStream('integers');
  const counts = new Uint32Array(bound);
  for (let i = 0; i < 100_000; i++) counts[stream.nextInt(bound)]!++;
  expect(Math.abs(chiSquareDeviation(counts))).toBeLessThan(4);
});

test('nextInt does not favour small results, where a bare remainder would by half', () => {
  const stream = createStream('bias');
  const thirds = new Uint32Array(3);
  for (let i = 0; i < 30_000; i++) thirds[Math.floor(stream.nextInt(3 * 2 ** 30) / 2 ** 30)]!++;
  expect(Math.abs(chiSquareDeviation(thirds))).toBeLessThan(4);
});

test('nextInt stays below every bound up to 2^32, where it is nextUint32', () => {
  fc.assert(
    fc.property(label, fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
      const result = createStream(seed).nextInt(bound);
      return Number.isInteger(result) && result >= 0 && result < bound;
    }),
  );
  expect(createStream(9).nextInt(2 ** 32)).toBe(createStream(9).nextUint32());
});

test('nextFloat is uniform on [0, 1) with 53 bits', () => {
  const stream = createStream('floats');
  const counts = new Uint32Array(64);
  let odd = 0;
  for (let i = 0; i < 50_000; i++) {
    const value = stream.nextFloat();
    odd += (value * 2 ** 53) % 2;
    counts[Math.floor(value * 64)]!++;
  }
  // The last bit is there, and fair.
  expect(Math.abs(odd - 25_000)).toBeLessThan(4 * Math.sqrt(12_500));
  expect(Math.abs(chiSquareDeviation(counts))).toBeLessThan(4);
});

test('fill: uniform numbers are uniform, normal ones have the moments and the tails of a normal distribution', () => {
  const count = 200_000;
  const uniform = createStream(4).fill(new Float32Array(count), 'uniform');
  const counts = new Uint32Array(100);
  for (const value of uniform) counts[Math.floor(value * 100)]!++;
  expect(Math.abs(chiSquareDeviation(counts))).toBeLessThan(4);

  const normal = createStream(4).fill(new Float32Array(count), 'normal');
  // The mean of x^n over a normal distribution, and the variance of x^n.
  for (const [power, mean, variance] of [
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
  ] as const) {
    const moment = normal.reduce((sum, value) => sum + value ** power, 0) / count;
    expect(Math.abs(moment - mean)).toBeLessThan(4 * Math.sqrt(variance / count));
  }
  const beyond = (limit: number): number => normal.filter((value) => Math.abs(value) > limit).length / count;
  expect(beyond(1.959964)).toBeCloseTo(0.05, 2);
  expect(beyond(3)).toBeCloseTo(0.0027, 3);
});

test('filling in parts is filling at once', () => {
  for (const distribution of ['normal', 'uniform'] as const) {
    const parts = createStream(6);
    const [a, b] = [parts.fill(new Float32Array(5), distribution), parts.fill(new Float32Array(30), distribution)];
    expect([...a, ...b]).toEqual([...createStream(6).fill(new Float32Array(35), distribution)]);
  }
});

test('bad seeds, labels, bounds and distributions are refused', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 53]) {
    expect(code(() => createStream(bad))).toBe('SWITCHYARD_RANDOM_LABEL');
    expect(code(() => createStream(1).fork('a', bad))).toBe('SWITCHYARD_RANDOM_LABEL');
  }
  for (const bad of [undefined, null, true, 1n, {}]) {
    expect(code(() => Reflect.apply(createStream, undefined, [bad]))).toBe('SWITCHYARD_RANDOM_LABEL');
  }
  expect(code(() => createStream(1).fork())).toBe('SWITCHYARD_RANDOM_LABEL');
  for (const bad of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
    expect(code(() => createStream(1).nextInt(bad))).toBe('SWITCHYARD_RANDOM_BOUND');
  }
  const stream = createStream(1);
  const fill = (): unknown => Reflect.apply(stream.fill, stream, [new Float32Array(1), 'gaussian']);
  expect(code(fill)).toBe('SWITCHYARD_RANDOM_DISTRIBUTION');
  expect(() => createStream(1.5)).toThrow('1.5 is no seed or label: a number must be an integer');
});
