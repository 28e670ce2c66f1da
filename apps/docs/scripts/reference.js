// Writes the reference of every package into reference/ (git-ignored) from its TypeScript sources, in one TypeDoc run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Converter, ReflectionKind } from 'typedoc';
import { load as markdown } from 'typedoc-plugin-markdown';
import { load as vitepress } from 'typedoc-vitepress-theme';
import { nameTypes } from './name-types.js';
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

/** Types that packages show in signatures but keep to themselves. TypeDoc complains when one is no longer needed here. */
const internals = {
  // What the backend hands to its kernels.
  '@switchyard/backend-simd': ['TensorStorage', 'Heap', 'WasmExports', 'TensorEntry', 'WasmModule'],
};

const app = await Application.bootstrapWithPlugins({
  plugin: [markdown, vitepress],
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
  displayBasePath: repositoryFolder,
  groupOrder: ['Functions', 'Classes', 'Variables', 'Interfaces', 'Type Aliases'],
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: { hideSources: true, hideInherited: true, hideOverrides: true, hideModifiers: true },
  hidePageHeader: true,
  hideBreadcrumbs: true,
  logLevel: 'Warn',
  // Links to what a package keeps to itself are for readers of the source; here they become plain text.
  validation: { notExported: true, invalidLink: false, invalidPath: true, rewrittenLink: true, notDocumented: false },
});

app.options.setValue('modifierTags', [...app.options.getValue('modifierTags'), '@nocollapse']); // tfjs's own

app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
  context.setActiveProgram(context.programs[0]);
  for (const module of context.project.getReflectionsByKind(ReflectionKind.Module)) {
    module.name = entries.get(context.getSymbolFromReflection(module).valueDeclaration.fileName);
  }
  nameTypes(context);
  context.setActiveProgram(undefined);
});

const project = await app.convert();
if (!project) process.exit(1);

// A type that appears in a signature but is not exported is a mistake in its package: stop here. TypeDoc only looks at the types of
// the project's own package, so each takes its turn.
app.logger.resetWarnings();
for (const { name } of readWorkspaces()) {
  project.packageName = name;
  app.options.setValue('intentionallyNotExported', internals[name] ?? []);
  app.validate(project);
}
project.packageName = undefined;
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
await app.generateOutputs(project);
if (app.logger.hasErrors()) process.exit(1);
