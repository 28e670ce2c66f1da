import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tinyImages } from '../test/tiny.ts';
import { imageBatch } from './image-batch.ts';
import { imageLength, imagesAt, splitImages, toBytes } from './image-set.ts';

const set = tinyImages(15);

/** An image as text, to count it. */
const keys = (images: Float32Array) =>
  Array.from({ length: images.length / 16 }, (_, i) => images.slice(16 * i, 16 * i + 16).join());

test('bytes become [−1, 1] and come back', () => {
  const images = imagesAt({ ...set, pixels: Uint8Array.from({ length: 256 }, (_, i) => i) }, [...Array(16).keys()]);
  expect([images[0], images[255]]).toEqual([-1, 1]);
  expect([...toBytes(images)]).toEqual([...Array(256).keys()]);
  expect([...toBytes(Float32Array.of(-7, 1.5))]).toEqual([0, 255]);
});

test('a split takes its share of every class, loses nothing and repeats', () => {
  const { training, validation } = splitImages(set, 0.2);
  expect([...validation.labels].filter((label) => label === 0)).toHaveLength(3);
  expect([...validation.labels].filter((label) => label === 1)).toHaveLength(3);
  const all = [training, validation].flatMap((part) => keys(imagesAt(part, [...part.labels.keys()])));
  expect(all.sort()).toEqual(keys(imagesAt(set, [...set.labels.keys()])).sort());
  expect(splitImages(set, 0.2)).toEqual({ training, validation });
  for (const [row, key] of keys(imagesAt(training, [...training.labels.keys()])).entries()) {
    expect(set.labels[keys(imagesAt(set, [...set.labels.keys()])).indexOf(key)]).toBe(training.labels[row]);
  }
});

test('a class of one image is refused', () => {
  const one = { ...set, labels: set.labels.map((_, i) => (i === 0 ? 0 : 1)) };
  expect(() => splitImages(one, 0.2)).toThrow(/^class left of halves has 1 images: every class needs two or more/);
});

test('batches are functions of their arguments and pass over all images before one comes again', () => {
  const count = set.labels.length;
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(20), fc.integer({ min: 1, max: 9 }), (seed, index, batchSize) => {
      const batch = imageBatch(set, { seed, index, batchSize });
      imageBatch(set, { seed: seed + 1, index: 3 * index, batchSize });
      expect(imageBatch(set, { seed, index, batchSize })).toEqual(batch);
      expect(batch.images).toHaveLength(batchSize * imageLength(set));
    }),
  );
  const seen = (pass: number) =>
    [...Array(count / 5).keys()].flatMap((index) =>
      keys(imageBatch(set, { seed: 4, index: index + (pass * count) / 5, batchSize: 5 }).images),
    );
  expect(new Set(seen(0)).size).toBe(count);
  expect(seen(1).toSorted()).toEqual(seen(0).toSorted());
  expect(seen(1)).not.toEqual(seen(0));
});
