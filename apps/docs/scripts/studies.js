import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from './workspaces.js';

/** The studies that have a report, by name. */
export function readStudies() {
  const folder = join(repositoryFolder, 'studies');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, 'README.md')))
    .map((name) => ({ name, readme: readFileSync(join(folder, name, 'README.md'), 'utf8') }));
}

/** Claim and verdict, as the README of a study gives them: below the comment, and the first bold words of a paragraph. */
export function summaryOf(readme) {
  const blocks = readme.split('\n\n');
  const start = blocks.findIndex((block) => block.startsWith('<!--')) + 1;
  const end = blocks.findIndex((block) => block.startsWith('**'));
  return {
    claim: blocks.slice(start, end).join(' ').replace(/\s+/g, ' '),
    verdict: /^\*\*([^*]+)\*\*/.exec(blocks[end])?.[1] ?? '',
  };
}

/** A figure that follows the reader's system as two that do not: the site has a switch of its own. */
export function splitFigure(svg) {
  const sheet = /\.figure\{([^}]*)\}@media \(prefers-color-scheme:dark\)\{\.figure\{([^}]*)\}\}/;
  if (!sheet.test(svg))
    throw new Error('the figure has no colours for light and dark: write it anew with switchyard report');
  return { light: svg.replace(sheet, '.figure{$1}'), dark: svg.replace(sheet, '.figure{$2}') };
}

/** The README as a page: its figure in the colours of the site, and the pictures of its notes. */
export function withFigures(readme, name) {
  return readme.replace(/!\[([^\]]*)\]\(([\w-]+)\.(svg|png)\)/g, (_, description, picture, type) => {
    const image = (file, look = '') => `<img${look} src="./${file}" alt="${description}">`;
    if (picture !== 'figure') return image(`${name}-${picture}.${type}`);
    return `${image(`${name}-light.svg`, ' class="on-light"')}\n${image(`${name}-dark.svg`, ' class="on-dark"')}`;
  });
}

/** Pictures that a study's notes show: all of its folder but the figure. */
export function picturesOf(name) {
  const folder = join(repositoryFolder, 'studies', name);
  return readdirSync(folder).filter((file) => file.endsWith('.png') && !file.startsWith('figure'));
}
