// Writes the results section into studies/ (git-ignored): an overview, and a page for every study from its README and figure.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rewriteLinks } from './site-links.js';
import { picturesOf, readStudies, splitFigure, summaryOf, withFigures } from './studies.js';
import { docsFolder, repositoryFolder } from './workspaces.js';

const studies = readStudies();
const target = join(docsFolder, 'studies');
rmSync(target, { recursive: true, force: true });
mkdirSync(target);

for (const { name, readme } of studies) {
  const { light, dark } = splitFigure(readFileSync(join(repositoryFolder, 'studies', name, 'figure.svg'), 'utf8'));
  writeFileSync(join(target, `${name}-light.svg`), light);
  writeFileSync(join(target, `${name}-dark.svg`), dark);
  for (const file of picturesOf(name)) {
    copyFileSync(join(repositoryFolder, 'studies', name, file), join(target, `${name}-${file}`));
  }
  const body = rewriteLinks(withFigures(readme, name), `studies/${name}/README.md`);
  writeFileSync(join(target, `${name}.md`), `---\ntitle: ${JSON.stringify(name)}\n---\n\n${body}`);
}

const rows = studies.map(({ name, readme }) => {
  const { claim, verdict } = summaryOf(readme);
  return `| [${name}](/studies/${name}) | ${claim.replaceAll('|', '\\|')} | ${verdict} |`;
});
const overview = `---
title: Results
---

# Results

A claim is a study: a grid of configurations and seeds, a test stated before the first run, and a verdict by that test. Every
page, figure and table here is what \`switchyard report\` writes from the results in the repository.

${studies.length === 0 ? 'No study has been run yet.' : `| study | claim | verdict |\n| ----- | ----- | ------- |\n${rows.join('\n')}`}
`;
writeFileSync(join(target, 'index.md'), overview);
