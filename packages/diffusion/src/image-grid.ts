import { encode } from 'fast-png';
import { toBytes } from './image-set.ts';

export interface GridOptions {
  /** Width and height of one image in pixels. */
  readonly size: number;
  readonly channels: 1 | 3;
  /** Images in a row; by default as many as make the grid square. */
  readonly columns?: number;
}

/** Pixels between two images, in a grey that neither black nor white images run into. */
const gap = 1;
const grey = 128;

/**
 * Images side by side as a PNG file, row by row.
 *
 * @param images [count, size, size, channels] in [−1, 1]
 */
export function gridPng(images: Float32Array, { size, channels, columns }: GridOptions): Uint8Array {
  const count = images.length / (size * size * channels);
  const across = columns ?? Math.ceil(Math.sqrt(count));
  const width = across * (size + gap) - gap;
  const height = Math.ceil(count / across) * (size + gap) - gap;
  const bytes = toBytes(images);
  const data = new Uint8Array(width * height * channels).fill(grey);
  for (let n = 0; n < count; n++) {
    const [left, top] = [(n % across) * (size + gap), Math.floor(n / across) * (size + gap)];
    for (let row = 0; row < size; row++) {
      const line = bytes.subarray((n * size + row) * size * channels, (n * size + row + 1) * size * channels);
      data.set(line, ((top + row) * width + left) * channels);
    }
  }
  return encode({ width, height, data, channels, depth: 8 });
}
