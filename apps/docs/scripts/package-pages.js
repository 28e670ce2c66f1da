// Writes one page per package from its README into packages/ (git-ignored), with links that work on the site.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { docsFolder, readWorkspaces, repositoryFolder, sourceUrl } from './workspaces.js';

const workspaces = readWorkspaces(['cli']);
const target = join(docsFolder, 'packages');

/** Where a link of the file at `from` (a path in the repository) leads on the site. */
function siteLink(link, from) {
  if (/^([a-z]+:|#)/.test(link)) return link;
  const [path, anchor] = link.split('#');
  const file = posix.join(posix.dirname(from), path).replace(/\/$/, '');
  if (!existsSync(join(repositoryFolder, file))) throw new Error(`${from}: the link ${link} leads nowhere`);
  const hash = anchor ? `#${anchor}` : '';
  const workspace = workspaces.find(({ folder }) => file === folder || file === `${folder}/README.md`);
  if (workspace) return `/packages/${workspace.id}${hash}`;
  if (file.startsWith('apps/docs/')) return `${file.slice('apps/docs'.length).replace(/\.md$/, '')}${hash}`;
  return `${sourceUrl}/${file}${hash}`;
}

/** Rewrites the links of a README; code stays as it is. */
function rewriteLinks(markdown, from) {
  const code = /(^```[\s\S]*?^```|`[^`\n]*`)/m;
  return markdown
    .split(new RegExp(code, 'gm'))
    .map((part, k) =>
      k % 2 === 1 ? part : part.replace(/\]\(([^)\s]+)\)/g, (_, link) => `](${siteLink(link, from)})`),
    )
    .join('');
}

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
