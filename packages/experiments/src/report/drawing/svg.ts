type Attributes = Readonly<Record<string, string | number | undefined>>;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text made safe inside an element or an attribute; characters that XML forbids are dropped. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (character) => entities[character]!);
}

/** A number with at most two decimals: what a screen can show, and the same text on every machine. */
function plain(value: string | number): string {
  return typeof value === 'number' ? String(Number(value.toFixed(2))) : escapeXml(value);
}

/** An SVG element as text; `children` are elements already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${plain(value)}"`],
  );
  const body = children.join('');
  return body === '' ? `<${name}${given.join('')}/>` : `<${name}${given.join('')}>${body}</${name}>`;
}

/** A line of text with its baseline at y. */
export function label(content: string, x: number, y: number, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeXml(content));
}

/** A straight line. */
export function rule(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

/** Elements moved by (x, y). */
export function moved(x: number, y: number, ...children: readonly string[]): string {
  return element('g', { transform: `translate(${plain(x)} ${plain(y)})` }, ...children);
}

/** A polygonal line through points, closed where it bounds an area. */
export function path(
  points: readonly (readonly [x: number, y: number])[],
  attributes: Attributes,
  closed = false,
): string {
  const d = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${plain(x)} ${plain(y)}`).join('');
  return element('path', { d: closed ? `${d}Z` : d, ...attributes });
}

const narrow = /[iljtfrI1.,:;|'()[\] -]/;
const wide = /[mwMW%@]/;
const capital = /[A-Z]/;

/** About how wide a text is in Inter, in pixels. */
export function textWidth(text: string, size: number): number {
  const units = [...text].map((character) =>
    wide.test(character) ? 0.9 : narrow.test(character) ? 0.34 : capital.test(character) ? 0.68 : 0.59,
  );
  return size * units.reduce((sum, unit) => sum + unit, 0);
}

/** A text cut to a width, with an ellipsis where something is missing. */
export function fitText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width + 1e-6) return text; // room that was made for it may be short by a rounding
  let kept = text;
  while (kept.length > 1 && textWidth(`${kept}…`, size) > width) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}
