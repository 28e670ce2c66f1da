import { z } from 'zod';

/** One leaf of a configuration schema: a line of the help, a flag, a key of the file. */
export interface ConfigKey {
  /** Dotted path, such as `model.width`. */
  readonly path: string;
  readonly type: 'boolean' | 'integer' | 'number' | 'string' | 'list' | 'map' | 'value';
  readonly choices: readonly string[];
  /** The default, where there is one and it is the same for every variant. */
  readonly default: unknown;
  readonly description: string;
  /** For a key that exists only under some kinds: those kinds. Empty when it exists under all. */
  readonly kinds: readonly string[];
}

/** The one flag that is no key: where the keys are read from. */
export const configFlag: ConfigKey = {
  path: 'config',
  type: 'string',
  choices: [],
  default: undefined,
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

function leaf(path: string, node: SchemaNode): ConfigKey {
  const choices = (node.enum ?? (node.const === undefined ? [] : [node.const])).map(String);
  const types: Record<string, ConfigKey['type']> = {
    boolean: 'boolean',
    integer: 'integer',
    number: 'number',
    string: 'string',
    array: 'list',
    object: 'map',
  };
  const type = types[node.type ?? ''] ?? 'value';
  return { path, type, choices, default: node.default, description: node.description ?? '', kinds: [] };
}

/** Keys of the variants of a union, in order of first appearance, each told under which kinds it exists. */
function mergeVariants(path: string, variants: readonly SchemaNode[]): ConfigKey[] {
  const merged = new Map<string, ConfigKey>();
  for (const variant of variants) {
    for (const key of flatten(path, variant)) {
      const seen = merged.get(key.path);
      const kinds = [...(seen?.kinds ?? []), kindOf(variant)];
      const choices = [...new Set([...(seen?.choices ?? []), ...key.choices])];
      const sameDefault = seen === undefined || JSON.stringify(seen.default) === JSON.stringify(key.default);
      merged.set(key.path, { ...(seen ?? key), kinds, choices, default: sameDefault ? key.default : undefined });
    }
  }
  return [...merged.values()].map((key) => (key.kinds.length === variants.length ? { ...key, kinds: [] } : key));
}

function flatten(path: string, node: SchemaNode): ConfigKey[] {
  const variants = variantsOf(node);
  if (variants?.every((variant) => variant.properties)) {
    const fallback = node.default as { kind?: unknown } | undefined;
    return mergeVariants(path, variants).map((key) =>
      key.path === joinPath(path, 'kind') ? { ...key, default: fallback?.kind } : key,
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
export function sectionDefaults(schema: z.ZodType): Record<string, unknown> {
  const sections = Object.entries(describe(schema).properties ?? {});
  return Object.fromEntries(
    sections.flatMap(([key, node]) => (variantsOf(node) && node.default !== undefined ? [[key, node.default]] : [])),
  );
}
