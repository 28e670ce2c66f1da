// Writes the reference of every package into reference/ (git-ignored) from its TypeScript sources, in one TypeDoc run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { docsFolder, readWorkspaces, repositoryFolder, sourceUrl } from './workspaces.js';

/** The entry points of the packages by the name under which they are imported. */
const entries = new Map(
  readWorkspaces().flatMap(({ folder, name, manifest }) =>
    Object.entries(manifest.exports)
      .filter(([, target]) => target['@switchyard/source'])
      .map(([path, target]) => [join(repositoryFolder, folder, target['@switchyard/source']), join(name, path)]),
  ),
);
for (const file of entries.keys()) {
  if (!existsSync(file)) throw new Error(`${file} is exported by its package.json but missing`);
}

const app = await Application.bootstrapWithPlugins({
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
  entryPoints: [...entries.keys()],
  tsconfig: join(docsFolder, 'tsconfig.reference.json'),
  out: join(docsFolder, 'reference'),
  docsRoot: docsFolder,
  readme: 'none',
  router: 'module',
  skipErrorChecking: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableGit: true,
  sourceLinkTemplate: `${sourceUrl}/{path}#L{line}`,
  basePath: repositoryFolder,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  logLevel: 'Warn',
  // Links to what a package keeps to itself are for readers of the source; here they become plain text.
  validation: { notExported: true, invalidLink: false, invalidPath: true, rewrittenLink: true, notDocumented: false },
});

app.options.setValue('modifierTags', [...app.options.getValue('modifierTags'), '@nocollapse']); // tfjs's own

const entryPoints = app.getEntryPoints();
if (!entryPoints) process.exit(1);
for (const entryPoint of entryPoints) entryPoint.displayName = entries.get(entryPoint.sourceFile.fileName);
const project = app.converter.convert(entryPoints);

// A type that appears in a signature but is not exported is a mistake in the package: stop here.
app.logger.resetWarnings();
app.validate(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
await app.generateOutputs(project);
if (app.logger.hasErrors()) process.exit(1);
