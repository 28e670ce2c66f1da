/**
 * Colours in light and dark: one per attention mechanism, as everywhere in the documentation, one per model without
 * attention, and further ones for whatever else a study varies.
 */
const series = {
  dpa: { light: '#2563a8', dark: '#74b3f7' },
  ea: { light: '#bf3f0f', dark: '#ff9166' },
  cog: { light: '#7a44b8', dark: '#c2a3f7' },
  'dpa-plus-one': { light: '#0a7f9c', dark: '#5cc8e6' },
  'signed-unit': { light: '#a8327e', dark: '#f08cc8' },
  lstm: { light: '#1d7a4c', dark: '#5fd39a' },
  mlp: { light: '#64707c', dark: '#a3b1bf' },
  'other-1': { light: '#a06a00', dark: '#f0c14b' },
  'other-2': { light: '#0f7f86', dark: '#4fd1d9' },
  'other-3': { light: '#b5317f', dark: '#f58ac4' },
  'other-4': { light: '#5b6b16', dark: '#b7cc5c' },
  'other-5': { light: '#8a4b2d', dark: '#d9a184' },
} as const;

const page = {
  paper: { light: '#ffffff', dark: '#1a1d21' },
  ink: { light: '#1b1f23', dark: '#e9ebed' },
  quiet: { light: '#535c65', dark: '#a3abb3' },
  grid: { light: '#e8e4db', dark: '#2d3238' },
  line: { light: '#8d867a', dark: '#767f88' },
} as const;

const palette: Readonly<Record<string, { readonly light: string; readonly dark: string }>> = { ...page, ...series };

export type Scheme = 'light' | 'dark';

const variables = (scheme: Scheme) =>
  Object.entries(palette)
    .map(([name, color]) => `--${name}:${color[scheme]}`)
    .join(';');

/** The colours as a style sheet that follows the reader's scheme. */
export const colorSheet: string = `.figure{${variables('light')}}@media (prefers-color-scheme:dark){.figure{${variables('dark')}}}`;

/** An SVG text with its variables replaced by the colours of a scheme, for programs that know no variables. */
export function inScheme(svg: string, scheme: Scheme): string {
  return svg
    .replace(/<style>.*?<\/style>/, '')
    .replace(/var\(--([\w-]+)\)/g, (_, name: string) => palette[name]![scheme]);
}

const others = Object.keys(series).filter((name) => name.startsWith('other'));
/** Words of a level that stand for a colour: softmax attention is dot-product attention. */
const meanings: Readonly<Record<string, string>> = {
  ...{ dpa: 'dpa', softmax: 'dpa', ea: 'ea', cog: 'cog', lstm: 'lstm', mlp: 'mlp' },
};

/** The word of a level that names a mechanism, or a model with a colour of its own. */
export function meaningOf(level: unknown): string | undefined {
  const phrase = /\b(dpa-plus-one|signed-unit)\b/i.exec(String(level));
  if (phrase) return phrase[0].toLowerCase();
  const words = String(level).toLowerCase().split(/\W+/);
  return meanings[words.find((word) => Object.hasOwn(meanings, word)) ?? ''];
}

/**
 * A colour, as a CSS variable, for every level: that of its mechanism where it names one, else one of the others in
 * turn. Levels of different `family` may share the colour of a mechanism: they are drawn apart.
 */
export function colorsOf<T>(levels: readonly T[], familyOf: (level: T) => string): Map<T, string> {
  const taken = new Set<string>();
  let next = 0;
  return new Map(
    levels.map((level) => {
      const own = meaningOf(level);
      const place = `${familyOf(level)} ${own}`;
      const name = own && !taken.has(place) ? own : others[next++ % others.length]!;
      taken.add(place);
      return [level, `var(--${name})`];
    }),
  );
}
