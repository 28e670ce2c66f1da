import { DiffusionError } from './errors.ts';
import type { ImageSet } from './image-set.ts';

/** What every image is made to: the largest square from its middle, scaled; colours become grey for one channel. */
export type DecodeOptions = Pick<ImageSet, 'size' | 'channels'>;

/**
 * A PNG or JPEG file as pixels [size, size, channels]; what is transparent becomes white.
 *
 * @throws DiffusionError `SWITCHYARD_IMAGES_DAMAGED` naming the file, `SWITCHYARD_IMAGES_DECODER` where the decoder is missing
 */
export async function decodeImage(path: string, { size, channels }: DecodeOptions): Promise<Uint8Array> {
  const sharp = await decoder();
  try {
    return await sharp(path, { failOn: 'error' })
      .rotate() // as its EXIF data say
      .flatten({ background: 'white' })
      .resize(size, size, { fit: 'cover' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new DiffusionError(
      'SWITCHYARD_IMAGES_DAMAGED',
      `image ${path} cannot be read (${reason}): repair it or take it out of the folder`,
      { cause },
    );
  }
}

async function decoder() {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new DiffusionError(
      'SWITCHYARD_IMAGES_DECODER',
      'PNG and JPEG files are read by the package sharp, which is not installed here: run npm install sharp@0.35.5',
      { cause },
    );
  }
}
