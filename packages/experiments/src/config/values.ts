/** Configuration before validation: nested maps of anything. */
export interface Values {
  readonly [key: string]: unknown;
}

/** True for maps, not for lists, dates or null. */
export function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `feed-forward` → `feedForward`, segment by segment: both spellings are accepted wherever a key is written. */
export function camelPath(path: string): string {
  return path.replace(/(?<=[a-z0-9])-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** All keys of nested maps and lists in camel case. */
export function camelKeys(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([key, child]) => [camelPath(key), camelKeysWithin(child)]));
}

function camelKeysWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeysWithin);
  return isMap(value) ? camelKeys(value) : value;
}

/** Lays `top` over `base`: maps are merged key by key, anything else replaces. */
export function merge(base: Values, top: Values): Values {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(top)) {
    const below = merged.get(key);
    merged.set(key, isMap(below) && isMap(value) ? merge(below, value) : value);
  }
  return Object.fromEntries(merged); // defines own properties, so that a key `__proto__` stays a key
}

/** Dotted paths with values as nested maps; a later path wins. */
export function nest(entries: readonly (readonly [path: string, value: unknown])[]): Values {
  return entries.reduce<Values>((values, [path, value]) => {
    const branch = path.split('.').reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value);
    return merge(values, branch as Values);
  }, {});
}

/** The value at a path of keys, or undefined. */
export function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isMap(value) && Object.hasOwn(value, key) ? value[String(key)] : undefined;
  }, values);
}

/** Nested maps without the value at a path of keys. */
export function without(values: Values, [key = '', ...rest]: readonly string[]): Values {
  const { [key]: inner, ...others } = values;
  return rest.length > 0 && isMap(inner) ? { ...others, [key]: without(inner, rest) } : others;
}
