import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { gridPng } from './image-grid.ts';

test('images stand row by row, a grey pixel between them; what is missing in the last row is grey', () => {
  const images = Float32Array.from([-1, -1, -1, -1, 1, 1, 1, 1, 0, 1, -1, 0]);
  const { width, height, channels, data } = decode(gridPng(images, { size: 2, channels: 1 }));
  expect([width, height, channels]).toEqual([5, 5, 1]);
  expect([...data]).toEqual([
    ...[0, 0, 128, 255, 255],
    ...[0, 0, 128, 255, 255],
    ...[128, 128, 128, 128, 128],
    ...[128, 255, 128, 128, 128],
    ...[0, 128, 128, 128, 128],
  ]);
});

test('colours, and a given number of columns', () => {
  const images = Float32Array.from([1, -1, -1, -1, 1, -1]);
  const { width, height, channels, data } = decode(gridPng(images, { size: 1, channels: 3, columns: 1 }));
  expect([width, height, channels]).toEqual([1, 3, 3]);
  expect([...data]).toEqual([255, 0, 0, 128, 128, 128, 0, 255, 0]);
});
