import { fileURLToPath } from 'node:url';

/** Texts that ship with this package, by name; corpora/README.md says where they are from. */
export const corpora = ['moby-dick'] as const;

/** The folder of a text that ships with this package. */
export function corpusFolder(name: (typeof corpora)[number]): string {
  return fileURLToPath(new URL(`../../corpora/${name}`, import.meta.url));
}
