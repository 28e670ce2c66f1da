// Writes one page per package from its README into packages/ (git-ignored), with links that work on the site.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rewriteLinks } from './site-links.js';
import { docsFolder, readWorkspaces, repositoryFolder } from './workspaces.js';

const workspaces = readWorkspaces(['cli']);
const target = join(docsFolder, 'packages');

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
for (const { folder, id, name, description } of workspaces) {
  const readme = `${folder}/README.md`;
  if (!existsSync(join(repositoryFolder, readme))) throw new Error(`${readme} is missing: every package has a page`);
  const frontmatter = `---\ntitle: ${JSON.stringify(name)}\ndescription: ${JSON.stringify(description)}\n---\n\n`;
  const body = rewriteLinks(readFileSync(join(repositoryFolder, readme), 'utf8'), readme);
  const reference = folder.startsWith('packages/')
    ? `\n## Reference\n\n[Every export of ${name}](/reference/${name}).\n`
    : '';
  writeFileSync(join(target, `${id}.md`), `${frontmatter}${body.trimEnd()}\n${reference}`);
}
