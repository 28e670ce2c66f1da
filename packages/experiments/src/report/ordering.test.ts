import { expect, test } from 'vitest';
import { isPublishedWinner, orderingOf } from './ordering.ts';

const ordering = (values: Record<string, number>) => orderingOf(new Map(Object.entries(values)))!;

test('by hand: the published picture, and how far some others are from it', () => {
  const published = ordering({ 'cisformer-ea': 0.95, lstm: 0.8, 'transformer-dpa': 0.85 });
  expect(published).toEqual({
    ranking: ['cisformer-ea', 'transformer-dpa', 'lstm'],
    advantage: 0.95 - 0.85,
    distance: 0,
    holds: true,
  });
  // 0.82 misses 0.95 − 0.03 by 0.1; nothing exceeds 0.85: √(0.01/2).
  expect(ordering({ 'cisformer-ea': 0.82, lstm: 0.84 }).distance).toBeCloseTo(Math.sqrt(0.005), 12);
  // One of two others exceeds 0.85 by 0.1: √((0.01/2)/2).
  expect(ordering({ 'cisformer-ea': 0.95, lstm: 0.95, mlp: 0.5 }).distance).toBeCloseTo(0.05, 12);
  // Better than near 95 % is not near 95 %.
  expect(ordering({ 'cisformer-ea': 1, lstm: 0.5 }).holds).toBe(false);
  expect(ordering({ 'cisformer-ea': 0.5, lstm: 0.6 }).advantage).toBeCloseTo(-0.1, 12);
});

test('the level that stands for cisformer and EA, whatever its writing; without it there is no ordering', () => {
  expect(['cisformer-ea', 'Cisformer EA', 'cisformer-dpa', 'transformer-ea'].map(isPublishedWinner)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(orderingOf(new Map([['lstm', 0.5]]))).toBeUndefined();
  expect(orderingOf(new Map([['cisformer-ea', 0.5]]))).toBeUndefined();
});
