import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readWorkspaces, repositoryFolder, sourceUrl } from './workspaces.js';

const workspaces = readWorkspaces(['cli']);

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
  const study = /^studies\/([^/]+)(\/README\.md)?$/.exec(file);
  if (study) return `/studies/${study[1]}${hash}`;
  return `${sourceUrl}/${file}${hash}`;
}

/** Rewrites the links of a README; code stays as it is. */
export function rewriteLinks(markdown, from) {
  const code = /(^```[\s\S]*?^```|`[^`\n]*`)/m;
  return markdown
    .split(new RegExp(code, 'gm'))
    .map((part, k) =>
      k % 2 === 1 ? part : part.replace(/\]\(([^)\s]+)\)/g, (_, link) => `](${siteLink(link, from)})`),
    )
    .join('');
}
