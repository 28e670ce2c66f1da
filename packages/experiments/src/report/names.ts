import { valueAt } from '../config/values.ts';
import type { Quantity } from './drawing/block.ts';
import { niceRange } from './drawing/scale.ts';

const acronyms = new Set(['mlp', 'lstm', 'dpa', 'ea', 'iarc', 'ffn', 'sgd', 'rms', 'adamw', 'alibi']);
const spelled: Readonly<Record<string, string>> = {
  ...{ adamw: 'AdamW', alibi: 'ALiBi', cog: 'Cog' },
  ...{ 'dpa-plus-one': 'DPA plus one', 'signed-unit': 'signed unit' },
};
const mechanisms = new Set(['dpa', 'ea', 'cog', 'softmax', 'dpa-plus-one', 'signed-unit']);

/** Words of a level; a mechanism of several words counts as one. */
const words = (level: unknown): string[] => String(level).match(/\b(dpa-plus-one|signed-unit)\b|[^-_\s]+/gi) ?? [];

function spell(word: string): string {
  const lower = word.toLowerCase();
  return spelled[lower] ?? (acronyms.has(lower) ? lower.toUpperCase() : word);
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A level for people: `transformer-dpa` → `Transformer DPA`; without an abbreviation it stays as the study has it. */
export function levelName(level: unknown): string {
  const all = words(level);
  const known = all.some((word) => spell(word) !== word);
  return known ? capital(all.map(spell).join(' ')) : String(level);
}

/** What a level is apart from its mechanism: `Transformer` of `transformer-dpa`; empty where it names no mechanism. */
export function familyName(level: unknown): string {
  const all = words(level);
  const rest = all.filter((word) => !mechanisms.has(word.toLowerCase()));
  return rest.length === all.length ? '' : capital(rest.map(spell).join(' '));
}

/** The mechanism of a level that has a family, else its name. */
export function memberName(level: unknown): string {
  if (familyName(level) === '') return levelName(level);
  return words(level)
    .filter((word) => mechanisms.has(word.toLowerCase()))
    .map(spell)
    .join(' ');
}

/** A factor for people: the last part of its key as words, `model.normalizeWeights` → `normalize weights`, `optimizer.kind` → `optimizer`. */
export function factorName(factor: string): string {
  const name = factor
    .replace(/(?<=.)\.kind$/, '')
    .split('.')
    .at(-1)!;
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

const plainMetric = (metric: string) => metric.replace(/^(best|final)\./, '');

/** True for metrics that are shares of all targets. */
export function isShare(metric: string): boolean {
  return /^(visibleA|a)ccuracy\b/.test(plainMetric(metric));
}

/** A metric for people: `best.accuracy.context` → `best accuracy on context`, `collapse.16` → `collapse at 16`. */
export function metricName(metric: string): string {
  const [name = '', rule] = plainMetric(metric).split('.');
  const base = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace('frechet', 'Fréchet');
  const part = rule === undefined ? '' : ` ${/^\d/.test(rule) ? 'at' : 'on'} ${rule}`;
  return `${metric.startsWith('best.') ? 'best ' : ''}${base}${part}`;
}

/** Three significant digits. */
const significant = (value: number) => (value === 0 ? '0' : String(Number(value.toPrecision(3)))).replace('-', '−');

/** How the values of a metric are written and drawn: shares in per cent from 0 to 100, others between round numbers. */
export function quantityOf(metric: string, values: readonly number[]): Quantity {
  return isShare(metric)
    ? { name: metricName(metric), range: [0, 1], format: percent, tick: (value) => `${Math.round(value * 100)} %` }
    : { name: metricName(metric), range: niceRange([0, ...values]), format: significant, tick: significant };
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** A number of a study as it was written: `95 %`. */
export function numberText(metric: string, value: number): string {
  return isShare(metric) ? `${Number((value * 100).toPrecision(6))} %` : String(value);
}

/** A difference with its sign: shares in percentage points, `+3.2`. */
export function differenceText(metric: string, value: number): string {
  return signed(isShare(metric) ? (value * 100).toFixed(1) : String(Number(value.toPrecision(3))), value);
}

/** A number with its sign: `+3.2`, `−3.2`, and `0.0` without one. */
export function signed(text: string, value: number): string {
  const size = text.replace('-', '');
  return value < 0 && Number(size) !== 0 ? `−${size}` : Number(size) === 0 ? size : `+${size}`;
}

/** Whole numbers with groups of three: `123 456`. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** `842`, `12.3k`, `1.24M`, `3.1G`. */
export function compact(value: number): string {
  const unit = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const;
  const [divisor, letter] = unit.find(([size]) => value >= size * 0.9995) ?? [1, ''];
  return `${letter === '' ? value : Number((value / divisor).toPrecision(3))}${letter}`;
}

/** `40 s`, `3 min`, `1 h 05 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A p value with three digits. */
export function pText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : String(Number(p.toPrecision(3)));
}

/** What the steps of a study's runs see: images, or input tokens. */
export function inputsName({ base }: { readonly base: unknown }): string {
  return valueAt(base, ['task', 'kind']) === 'images' ? 'images' : 'input tokens';
}
