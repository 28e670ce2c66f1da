// Writes the reference of every package into reference/ (git-ignored) from its TypeScript sources, in one TypeDoc run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Converter, ReflectionKind } from 'typedoc';
import { load as markdown } from 'typedoc-plugin-markdown';
import { load as vitepress } from 'typedoc-vitepress-theme';
import ts from 'typescript';
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
  // TypeDoc writes out what a type comes to, whole configs in the case of zod; its name in the source says more.
  const declared = (reflection) => context.getSymbolFromReflection(reflection)?.valueDeclaration?.type;
  const named = (type) => type && ts.isTypeReferenceNode(type) && context.converter.convertType(context, type);
  for (const parameter of context.project.getReflectionsByKind(ReflectionKind.Parameter)) {
    parameter.type = named(declared(parameter)) || parameter.type;
  }
  for (const signature of context.project.getReflectionsByKind(ReflectionKind.CallSignature)) {
    if (signature.parent.signatures?.length === 1) signature.type = named(declared(signature.parent)) || signature.type;
  }
  context.setActiveProgram(undefined);
});

const project = await app.convert();
if (!project) process.exit(1);

// A type that appears in a signature but is not exported is a mistake in the package: stop here.
app.logger.resetWarnings();
app.validate(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
await app.generateOutputs(project);
if (app.logger.hasErrors()) process.exit(1);
