import { expect, test } from 'vitest';
import { colorOf, paint, scales } from './colors.ts';

const { light } = scales;

test('zero is the paper, ±limit and beyond the full colours', () => {
  expect(colorOf(0, 1, light)).toEqual(light.zero);
  expect(colorOf(2, 2, light)).toEqual(light.positive);
  expect(colorOf(-9, 2, light)).toEqual(light.negative);
});

test('between them a colour grows with the root of the weight, and what is no number is the paper', () => {
  const quarter = colorOf(0.25, 1, light);
  for (const channel of [0, 1, 2] as const) {
    expect(quarter[channel]).toBe(Math.round((light.zero[channel] + light.positive[channel]) / 2));
  }
  expect(colorOf(Number.NaN, 1, light)).toEqual(light.zero);
  expect(colorOf(1, 0, light)).toEqual(light.positive);
  expect(colorOf(0, 0, light)).toEqual(light.zero);
});

test('an image has four bytes a weight', () => {
  expect([...paint([0, -1], 1, light)]).toEqual([...light.zero, 255, ...light.negative, 255]);
});
