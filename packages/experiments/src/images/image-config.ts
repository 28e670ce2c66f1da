import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, relative } from 'node:path';
import type { ImageSet } from '@switchyard/diffusion';
import { folderClasses, imageFolder, mnist, mnistShape } from '@switchyard/diffusion/node';
import { ConfigError } from '../config/config-error.ts';
import type { ImagesConfig } from './image-schema.ts';

/** Images as a task: what is known without reading them, and how to read them. */
export interface ImageTask {
  readonly kind: 'images';
  readonly name: string;
  /** The classes, by which accuracy is told. */
  readonly ruleNames: readonly string[];
  readonly size: number;
  readonly channels: 1 | 3;
  load(): Promise<ImageSet>;
}

/**
 * The images of a configuration; only their names are read.
 *
 * @throws ConfigError for keys that do not go together, and for other images than the hash says
 * @throws DiffusionError where a folder holds no classes
 */
export function resolveImages(options: ImagesConfig): { readonly config: ImagesConfig; readonly task: ImageTask } {
  const { path, timesteps, sampling } = options;
  const source = options.source ?? (path === undefined ? 'mnist' : 'folder');
  if (sampling.steps > timesteps) {
    throw new ConfigError(`task.sampling.steps is ${sampling.steps}: it must be at most task.timesteps, ${timesteps}`);
  }
  if (source === 'mnist') {
    const given = (['path', 'size', 'channels', 'hash'] as const).find((key) => options[key] !== undefined);
    if (given) throw new ConfigError(`task.${given} is for images of a folder, the source is mnist: leave it out`);
    const { name, classes, size, channels } = mnistShape;
    const load = async () => mnist();
    return { config: { ...options, source }, task: { kind: 'images', name, ruleNames: classes, size, channels, load } };
  }
  if (path === undefined) throw new ConfigError('task.source is folder: task.path must name the folder');
  const { size = 28, channels = 1 } = options;
  const classes = folderClasses(path);
  const hash = hashOf(
    path,
    classes.flatMap(({ files }) => files),
  );
  if (options.hash !== undefined && options.hash !== hash) {
    throw new ConfigError(
      `${path} has changed since the run began (its hash is ${hash}, was ${options.hash}): put the old images back, or begin a new run without task.hash`,
    );
  }
  return {
    config: { ...options, source, size, channels, hash },
    task: {
      ...{ kind: 'images', name: basename(path), ruleNames: classes.map(({ name }) => name), size, channels },
      load: () => imageFolder(path, { size, channels }),
    },
  };
}

/** The first 16 hexadecimal digits of the SHA-256 of the names and sizes of files. */
function hashOf(folder: string, files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${relative(folder, file)}:${statSync(file).size}\n`);
  return hash.digest('hex').slice(0, 16);
}
