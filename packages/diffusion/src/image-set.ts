import { createStream } from '@switchyard/random';
import { DiffusionError } from './errors.ts';

/** Square images of one size, each of one class. */
export interface ImageSet {
  readonly name: string;
  /** Width and height in pixels. */
  readonly size: number;
  /** 1: grey, 3: red, green and blue. */
  readonly channels: 1 | 3;
  readonly classes: readonly string[];
  /** [count, size, size, channels], 0 … 255 */
  readonly pixels: Uint8Array;
  /** [count], numbers of classes */
  readonly labels: Uint16Array;
}

/** Numbers of one image. */
export function imageLength({ size, channels }: Pick<ImageSet, 'size' | 'channels'>): number {
  return size * size * channels;
}

/** The images at some places, with pixels scaled to [−1, 1]: [places, size, size, channels]. */
export function imagesAt(set: ImageSet, places: ArrayLike<number>): Float32Array {
  const length = imageLength(set);
  const images = new Float32Array(places.length * length);
  for (let row = 0; row < places.length; row++) {
    const start = places[row]! * length;
    for (let i = 0; i < length; i++) images[row * length + i] = set.pixels[start + i]! / 127.5 - 1;
  }
  return images;
}

/** Pixels in [−1, 1] as bytes; what lies outside is clipped. */
export function toBytes(images: Float32Array): Uint8Array {
  return Uint8Array.from(images, (value) => Math.min(Math.max(Math.round((value + 1) * 127.5), 0), 255));
}

export interface ImageSplit {
  readonly training: ImageSet;
  readonly validation: ImageSet;
}

/**
 * Holds out a share of every class, at least one image of each, chosen by the place of an image in its class alone: the
 * same images whatever the seed of a run.
 *
 * @throws DiffusionError `SWITCHYARD_IMAGES_EMPTY` for a class of fewer than two images
 */
export function splitImages(set: ImageSet, share: number): ImageSplit {
  const places = { training: [] as number[], validation: [] as number[] };
  for (const [label, name] of set.classes.entries()) {
    const members = shuffled(
      [...set.labels.keys()].filter((place) => set.labels[place] === label),
      createStream('split').fork(label),
    );
    if (members.length < 2) {
      throw new DiffusionError(
        'SWITCHYARD_IMAGES_EMPTY',
        `class ${name} of ${set.name} has ${members.length} images: every class needs two or more, one to train on and one to compare with`,
      );
    }
    const held = Math.min(Math.max(Math.round(members.length * share), 1), members.length - 1);
    places.validation.push(...members.slice(0, held));
    places.training.push(...members.slice(held));
  }
  return { training: pick(set, places.training), validation: pick(set, places.validation) };
}

/** Some of the images of a set, in the order of their places. */
function pick(set: ImageSet, places: readonly number[]): ImageSet {
  const length = imageLength(set);
  const pixels = new Uint8Array(places.length * length);
  const sorted = [...places].sort((a, b) => a - b);
  for (const [row, place] of sorted.entries()) {
    pixels.set(set.pixels.subarray(place * length, (place + 1) * length), row * length);
  }
  return { ...set, pixels, labels: Uint16Array.from(sorted, (place) => set.labels[place]!) };
}

/** A shuffled copy (Fisher and Yates). */
export function shuffled(values: readonly number[], stream: { nextInt(bound: number): number }): number[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = stream.nextInt(last + 1);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
