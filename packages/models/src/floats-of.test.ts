import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floatsOf } from './floats-of.ts';

const halves = (...words: number[]) =>
  Array.from(floatsOf({ dtype: 'F16', shape: [words.length], data: Uint16Array.from(words) })!);

test('half precision: normal, subnormal and special values', () => {
  expect(halves(0x3c00, 0xc000, 0x3555, 0x7bff)).toEqual([1, -2, 0.333251953125, 65504]);
  expect(halves(0x0001, 0x8001, 0x03ff, 0x0400)).toEqual([2 ** -24, -(2 ** -24), 1023 * 2 ** -24, 2 ** -14]);
  expect(halves(0x7c00, 0xfc00, 0x7e00, 0x8000)).toEqual([Infinity, -Infinity, Number.NaN, -0]);
});

test('a bfloat16 is the upper half of a float', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      const [bits] = new Uint32Array(Float32Array.of(value).buffer);
      const [expected] = new Float32Array(Uint32Array.of(bits! & 0xffff0000).buffer);
      expect(floatsOf({ dtype: 'BF16', shape: [1], data: Uint16Array.of(bits! >>> 16) })![0]).toBe(expected);
    }),
  );
});

test('floats are copied, other types are not read', () => {
  const data = Float32Array.of(1.5);
  const values = floatsOf({ dtype: 'F32', shape: [1], data })!;
  data[0] = 2;
  expect(values[0]).toBe(1.5);
  expect(floatsOf({ dtype: 'I32', shape: [1], data: Int32Array.of(1) })).toBeUndefined();
});
