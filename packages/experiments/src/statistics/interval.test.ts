import { createStream, type Stream } from '@switchyard/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanInterval } from './interval.ts';

const exponential = (stream: Stream) => -Math.log(1 - stream.nextFloat());
const sum = (count: number, draw: () => number) => Array.from({ length: count }, draw).reduce((a, b) => a + b, 0);
/** Beta with whole parameters: Γ(a)/(Γ(a) + Γ(b)). */
const beta = (a: number, b: number) => (stream: Stream) => {
  const first = sum(a, () => exponential(stream));
  return first / (first + sum(b, () => exponential(stream)));
};
const normal = (stream: Stream) => stream.fill(new Float32Array(1), 'normal')[0]!;

const distributions: [name: string, draw: (stream: Stream) => number, mean: number][] = [
  ['normal', normal, 0],
  ['bounded: uniform', (stream) => stream.nextFloat(), 0.5],
  ['bounded: accuracies around 0.8, beta(8, 2)', beta(8, 2), 0.8],
  ['skewed: log-normal, σ = ½', (stream) => Math.exp(normal(stream) / 2), Math.exp(1 / 8)],
  ['very skewed: exponential', exponential, 1],
];

const cases = distributions.flatMap(([name, draw, mean]) => [5, 8, 20].map((count) => ({ name, count, draw, mean })));

test.each(cases)('the 95 % interval covers the mean in 93 to 97 % of samples: $name, $count values', (example) => {
  const { name, count, draw, mean } = example;
  // The two extremes come closest to the bounds, with 8 values.
  const extreme = name === 'very skewed: exponential' || name === 'bounded: uniform';
  const samples = { 5: 8000, 8: extreme ? 6000 : 1500, 20: 1500 }[count]!;
  const stream = createStream('coverage').fork(name, count);
  let covered = 0;
  for (let sample = 0; sample < samples; sample++) {
    const { lower, upper } = meanInterval(Array.from({ length: count }, () => draw(stream)));
    if (lower <= mean && mean <= upper) covered++;
  }
  expect(covered / samples).toBeGreaterThanOrEqual(0.93);
  expect(covered / samples).toBeLessThanOrEqual(0.97);
});

test('by hand: the resamples of two values', () => {
  // Of 0 and 1, half the resamples are the pair (t′ = 0), a quarter are 0 twice and a quarter 1 twice, without spread of
  // their own: t′ = ∓½ ÷ √(0.02·½/2) = ∓7.07, inside Student's 12.7, which therefore rules.
  const { mean, deviation, lower, upper } = meanInterval([0, 1]);
  expect([mean, deviation]).toEqual([0.5, Math.SQRT1_2]);
  expect(upper).toBeCloseTo(0.5 + 12.7062047361747 / 2, 10);
  expect(lower).toBeCloseTo(0.5 - 12.7062047361747 / 2, 10);
  // With confidence ½ the quarters are reached: ∓7.07·½ each side.
  expect(meanInterval([0, 1], { confidence: 0.5 }).upper).toBeCloseTo(0.5 + Math.sqrt(50) / 2, 10);
});

test('one seed that fails among five that succeed makes the interval long downwards, not without end', () => {
  const { mean, lower, upper } = meanInterval([1, 1, 1, 1, 0.99], { range: [0, 1] });
  expect(mean).toBeCloseTo(0.998, 12);
  expect(upper).toBe(1);
  expect(lower).toBeGreaterThan(0.98);
  expect(lower).toBeLessThan(0.9925);
});

const sample = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 });

test('it holds the sample mean, is no shorter than that of Student, and follows shifts and scales of the data', () => {
  fc.assert(
    fc.property(sample, fc.double({ min: 0.1, max: 10, noNaN: true }), (values, factor) => {
      const interval = meanInterval(values);
      expect(interval.lower).toBeLessThanOrEqual(interval.mean);
      expect(interval.upper).toBeGreaterThanOrEqual(interval.mean);
      const moved = meanInterval(values.map((value) => value * factor - 3));
      fc.pre(interval.deviation > 1e-6);
      expect(moved.lower).toBeCloseTo(interval.lower * factor - 3, 6);
      expect(moved.upper).toBeCloseTo(interval.upper * factor - 3, 6);
      const mirrored = meanInterval(values.map((value) => -value));
      if (values.length <= 8) expect(mirrored.upper).toBeCloseTo(-interval.lower, 6);
    }),
    { numRuns: 60 },
  );
});

test('differences whose squares are hardly numbers have an interval all the same', () => {
  const { lower, mean, upper } = meanInterval([0, 0, 3.629749838363508e-162, 0]);
  expect(lower).toBeLessThanOrEqual(mean);
  expect(upper).toBeGreaterThanOrEqual(mean);
});

test('equal values have no spread, one value has no interval, no value and NaN have no mean', () => {
  expect(meanInterval([0.1, 0.1, 0.1])).toEqual({ count: 3, mean: 0.1, deviation: 0, lower: 0.1, upper: 0.1 });
  expect(meanInterval([0.7]).lower).toBeNaN();
  expect(() => meanInterval([])).toThrow('no values cannot be averaged');
  expect(() => meanInterval([0.2, Number.NaN])).toThrow('NaN cannot be averaged');
});
