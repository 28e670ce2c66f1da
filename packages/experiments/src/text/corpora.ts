import { fileURLToPath } from 'node:url';
import type { corpora } from './text-schema.ts';

/** The folder of a text that ships with this package. */
export function corpusFolder(name: (typeof corpora)[number]): string {
  return fileURLToPath(new URL(`../../corpora/${name}`, import.meta.url));
}
