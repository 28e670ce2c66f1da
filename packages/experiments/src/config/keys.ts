import { z } from 'zod';
import { isMap, type Values } from './values.ts';

/** One leaf of a configuration schema: a line of the help, a flag, a key of the file. */
export interface ConfigKey {
  /** Dotted path, such as `model.width`. */
  readonly path: string;
  readonly type: 'boolean' | 'integer' | 'number' | 'string' | 'list' | 'map' | 'value';
  readonly choices: readonly string[];
  /** The default as text; empty without one. Kinds that have another are named: `32 (mlp 256)`. */
  readonly default: string;
  /** What it says under kinds that differ is told with them. */
  readonly description: string;
  /** For a key that exists only under some kinds: those kinds. Empty when it exists under all. */
  readonly kinds: readonly string[];
}

/** The one flag that is no key: where the keys are read from. */
export const configFlag: ConfigKey = {
  path: 'config',
  type: 'string',
  choices: [],
  default: '',
  description: 'YAML file with these keys; flags take precedence',
  kinds: [],
};

/** What this module reads of a JSON Schema; zod writes nothing else for the schemas used here. */
interface SchemaNode {
  readonly type?: string;
  readonly properties?: Record<string, SchemaNode>;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
}

const joinPath = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);
const variantsOf = (node: SchemaNode) => node.oneOf ?? node.anyOf;
const kindOf = (variant: SchemaNode) => String(variant.properties?.kind?.const ?? '');

function showDefault(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** The values that a node allows where they are listed. */
function choicesOf(node: SchemaNode): readonly unknown[] {
  const variants = variantsOf(node) ?? [];
  if (variants.length > 0 && variants.every((variant) => variant.const !== undefined))
    return variants.flatMap(choicesOf);
  return node.enum ?? (node.const === undefined ? [] : [node.const]);
}

function leaf(path: string, node: SchemaNode): ConfigKey {
  const choices = choicesOf(node).map(String);
  const types: Record<string, ConfigKey['type']> = {
    boolean: 'boolean',
    integer: 'integer',
    number: 'number',
    string: 'string',
    array: 'list',
    object: 'map',
  };
  const type = types[node.type ?? ''] ?? 'value';
  return { path, type, choices, default: showDefault(node.default), description: node.description ?? '', kinds: [] };
}

/** The defaults that a key has under several kinds, in one text. */
function mergeDefaults(variants: readonly { kind: string; key: ConfigKey }[]): string {
  const common = variants[0]!.key.default;
  const others = variants.filter(({ key }) => key.default !== common && key.default !== '');
  if (others.length === 0) return common;
  return `${common} (${others.map(({ kind, key }) => `${kind} ${key.default}`).join(', ')})`.trim();
}

/** What a key says under several kinds, in one text: `text: share of the text; images: share of every class`. */
function mergeDescriptions(variants: readonly { kind: string; key: ConfigKey }[]): string {
  const kindsOf = new Map<string, string[]>();
  for (const { kind, key } of variants) kindsOf.set(key.description, [...(kindsOf.get(key.description) ?? []), kind]);
  if (kindsOf.size === 1) return variants[0]!.key.description;
  return [...kindsOf].map(([description, kinds]) => `${kinds.join(', ')}: ${description}`).join('; ');
}

/** Keys of the variants of a union, in order of first appearance, each told under which kinds it exists. */
function mergeVariants(path: string, variants: readonly SchemaNode[]): ConfigKey[] {
  const byPath = new Map<string, { kind: string; key: ConfigKey }[]>();
  for (const variant of variants) {
    for (const key of flatten(path, variant)) {
      byPath.set(key.path, [...(byPath.get(key.path) ?? []), { kind: kindOf(variant), key }]);
    }
  }
  return [...byPath.values()].map((found) => ({
    ...found[0]!.key,
    choices: [...new Set(found.flatMap(({ key }) => key.choices))],
    default: mergeDefaults(found),
    description: mergeDescriptions(found),
    kinds: found.length === variants.length ? [] : found.map(({ kind }) => kind),
  }));
}

function flatten(path: string, node: SchemaNode): ConfigKey[] {
  const variants = variantsOf(node);
  if (variants?.every((variant) => variant.properties)) {
    const fallback = node.default as { kind?: unknown } | undefined;
    return mergeVariants(path, variants).map((key) =>
      key.path === joinPath(path, 'kind')
        ? { ...key, default: showDefault(fallback?.kind), description: node.description ?? '' }
        : key,
    );
  }
  if (node.properties) {
    return Object.entries(node.properties).flatMap(([key, child]) => flatten(joinPath(path, key), child));
  }
  return [leaf(path, node)];
}

/** The schema as JSON Schema: zod's own description of what it accepts, from which flags and help are made. */
function describe(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
}

/** Every leaf of a schema as a dotted key. Unions of objects are told apart by their literal `kind`. */
export function schemaKeys(schema: z.ZodType): ConfigKey[] {
  return flatten('', describe(schema));
}

/** Defaults of whole sections (`model: { kind: transformer }`), under which partial sections are laid. */
export function sectionDefaults(schema: z.ZodType): Values {
  const nodes = Object.entries(describe(schema).properties ?? {});
  return Object.fromEntries(nodes.flatMap(([key, node]) => (isMap(node.default) ? [[key, node.default]] : [])));
}
