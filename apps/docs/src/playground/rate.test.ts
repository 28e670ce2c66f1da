import { expect, test } from 'vitest';
import { Rate } from './rate.ts';

function steady(rate: Rate, from: number, milliseconds: number, every: number): number {
  let read = 0;
  for (let time = from; time <= from + milliseconds; time += every) {
    read = rate.read(time);
    rate.count();
  }
  return read;
}

test('a steady beat is read exactly, and an earlier one is forgotten after the span', () => {
  const rate = new Rate(1000);
  expect(rate.read(0)).toBe(0);
  expect(steady(rate, 0, 500, 10)).toBe(100);
  expect(steady(rate, 510, 3000, 20)).toBe(50);
});

test('a pause does not count', () => {
  const rate = new Rate(1000);
  steady(rate, 0, 500, 10);
  rate.restart(60_000);
  expect(rate.read(60_000)).toBe(0);
  rate.count();
  expect(rate.read(60_010)).toBe(100);
});
