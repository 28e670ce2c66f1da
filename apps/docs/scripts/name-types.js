import { ReflectionKind } from 'typedoc';
import ts from 'typescript';

/**
 * Shows types as readers know them. TypeDoc writes out what the type of a parameter comes to, whole configs in the case of
 * zod, where its exported name says more; and it names an alias that the package keeps to itself, where what it comes to is
 * all a reader can use.
 *
 * @param {import('typedoc').Context} context with an active program
 */
export function nameTypes(context) {
  const { checker, project, converter } = context;
  const declaration = (reflection) => context.getSymbolFromReflection(reflection)?.valueDeclaration;

  /** Whether the node names an alias of this repository that no page shows, or what a value's type comes to. */
  const isHidden = (node) => {
    if (node.typeArguments?.some(ts.isTypeQueryNode)) return true;
    const symbol = context.resolveAliasedSymbol(checker.getSymbolAtLocation(node.typeName));
    const here = symbol.declarations?.some((at) => !at.getSourceFile().fileName.includes('/node_modules/'));
    return here && (symbol.flags & ts.SymbolFlags.TypeAlias) !== 0 && !context.getReflectionFromSymbol(symbol);
  };
  const rename = (reflection, node) => {
    if (!node || !ts.isTypeReferenceNode(node)) return;
    reflection.type = isHidden(node) ? writtenOut(node) : converter.convertType(context, node);
  };
  const writtenOut = (node) => {
    const type = checker.getTypeFromTypeNode(node);
    const { aliasSymbol } = type;
    type.aliasSymbol = undefined; // or its name would come back
    const written = converter.convertType(context, type);
    type.aliasSymbol = aliasSymbol;
    return written;
  };

  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
    rename(parameter, declaration(parameter)?.type);
  }
  for (const property of project.getReflectionsByKind(ReflectionKind.Property)) {
    rename(property, declaration(property)?.type);
  }
  for (const signature of project.getReflectionsByKind(ReflectionKind.CallSignature)) {
    if (signature.parent.signatures?.length === 1) rename(signature, declaration(signature.parent)?.type);
  }
  for (const alias of project.getReflectionsByKind(ReflectionKind.TypeAlias)) {
    const node = context.getSymbolFromReflection(alias)?.declarations?.find(ts.isTypeAliasDeclaration)?.type;
    if (node && containsTypeQuery(node)) alias.type = writtenOut(node);
  }
}

function containsTypeQuery(node) {
  return ts.isTypeQueryNode(node) || ts.forEachChild(node, containsTypeQuery) === true;
}
