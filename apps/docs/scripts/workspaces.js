import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the docs site and folder of the repository. */
export const docsFolder = join(dirname(fileURLToPath(import.meta.url)), '..');
export const repositoryFolder = join(docsFolder, '..', '..');

/** Where links that leave the site go. */
export const sourceUrl = 'https://github.com/switchyard-lab/switchyard/blob/main';

/**
 * The workspace packages below `packages/` and, where asked for, some of `apps/`, as their package.json files describe them.
 *
 * @param {string[]} apps names of folders below apps/
 */
export function readWorkspaces(apps = []) {
  const folders = [
    ...readdirSync(join(repositoryFolder, 'packages')).map((name) => `packages/${name}`),
    ...apps.map((name) => `apps/${name}`),
  ];
  return folders
    .filter((folder) => existsSync(join(repositoryFolder, folder, 'package.json')))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(repositoryFolder, folder, 'package.json'), 'utf8'));
      return { folder, id: folder.split('/')[1], name: manifest.name, description: manifest.description, manifest };
    });
}
