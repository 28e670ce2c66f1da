import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DecodeOptions, decodeImage } from './decode-image.node.ts';
import { DiffusionError } from './errors.ts';
import { type ImageSet, imageLength } from './image-set.ts';

const imageName = /\.(png|jpe?g)$/i;

/**
 * The classes of a folder of images: its subfolders, sorted by name, each with the PNG and JPEG files in it.
 *
 * @throws DiffusionError `SWITCHYARD_IMAGES_EMPTY` where the folder is not there, or has fewer than two classes
 */
export function folderClasses(folder: string): { readonly name: string; readonly files: readonly string[] }[] {
  const classes = list(folder)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => {
      const names = list(join(folder, name)).filter((entry) => entry.isFile() && imageName.test(entry.name));
      return { name, files: names.map((entry) => join(folder, name, entry.name)).sort() };
    })
    .filter(({ files }) => files.length > 0);
  if (classes.length >= 2) return classes.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = classes.length === 0 ? 'no subfolder with PNG or JPEG images' : `one class, ${classes[0]!.name}`;
  throw new DiffusionError(
    'SWITCHYARD_IMAGES_EMPTY',
    `${folder} holds ${found}: put the images of each class into a subfolder of its name, two classes or more`,
  );
}

/**
 * Reads a folder of images, each made square and of the same size; the class of an image is the name of its subfolder.
 *
 * @throws DiffusionError `SWITCHYARD_IMAGES_EMPTY` as of `folderClasses`, `SWITCHYARD_IMAGES_DAMAGED` naming an image that
 * cannot be read, `SWITCHYARD_IMAGES_DECODER` where the decoder is not installed
 */
export async function imageFolder(folder: string, options: DecodeOptions): Promise<ImageSet> {
  const classes = folderClasses(folder);
  const files = classes.flatMap(({ files }, label) => files.map((path) => ({ path, label })));
  const length = imageLength(options);
  const pixels = new Uint8Array(files.length * length);
  for (const [place, { path }] of files.entries()) pixels.set(await decodeImage(path, options), place * length);
  return {
    name: folder,
    ...options,
    classes: classes.map(({ name }) => name),
    pixels,
    labels: Uint16Array.from(files, ({ label }) => label),
  };
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw new DiffusionError('SWITCHYARD_IMAGES_EMPTY', `cannot read the folder ${folder}: choose one with images`, {
      cause,
    });
  }
}
