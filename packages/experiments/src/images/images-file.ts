import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, errorCode } from '../config/config-error.ts';
import { type ImageTask, resolveImages } from './image-config.ts';
import type { ImagesConfig } from './image-schema.ts';

/** The file of a run directory that says what its images are like, so that it can be sampled from without them. */
export const imagesFile = 'images.json';

/** What the images of a run are like. */
export type ImageForm = Pick<ImageTask, 'size' | 'channels' | 'ruleNames'>;

const formSchema = z.strictObject({
  size: z.int().min(1),
  channels: z.union([z.literal(1), z.literal(3)]),
  classes: z.array(z.string()).min(2),
});

/** The form of images as the text of its file. */
export function imagesText({ size, channels, ruleNames }: ImageForm): string {
  return `${JSON.stringify({ size, channels, classes: ruleNames })}\n`;
}

/**
 * What the images of a run directory are like: by its file, or, where an earlier version wrote none, by the images.
 *
 * @throws ConfigError where it is damaged
 */
export function readImages(directory: string, images: ImagesConfig): ImageForm {
  const path = join(directory, imagesFile);
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return resolveImages(images).task;
    throw new ConfigError(`cannot read ${path} (${errorCode(error)}): the run cannot be sampled from without it`, {
      cause: error,
    });
  }
  try {
    const { classes, ...form } = formSchema.parse(JSON.parse(content));
    return { ...form, ruleNames: classes };
  } catch (cause) {
    throw new ConfigError(`${path} is damaged: remove it, and \`switchyard train\` of the same run writes it again`, {
      cause,
    });
  }
}
