import type { Comparison, Selector } from '../study/schema.ts';
import { cellName } from './cells.ts';
import { differenceText, factorName, isShare, levelName, metricName, numberText, percent, signed } from './names.ts';

/**
 * How a report calls a comparison: what differs between the sides, what they share, the metric where a study compares several,
 * and what is compared where it is not the mean: `Cisformer EA vs Transformer DPA (context pointer)`,
 * `EA vs DPA at every level of symbols and delay`, `Cog vs DPA, collapse at 16`.
 */
export function comparisonName(comparison: Comparison, metrics: ReadonlySet<string>): string {
  const { name, metric } = comparison;
  const measured = metrics.size > 1 ? `, ${metricName(metric)}` : '';
  return name ?? `${sidesName(comparison)}${measured}${kindText(comparison)}`;
}

/** What is claimed: `greater by more than 2 points`, after what is compared where a name of its own does not say it. */
export function claimText(comparison: Comparison): string {
  const { name, direction, margin } = comparison;
  const kind = name === undefined ? '' : kindText(comparison).replace(/^,? /, '');
  return `${kind === '' ? '' : `${kind}, `}${margin === 0 ? direction : beyondMargin(comparison)}`;
}

function beyondMargin(comparison: Comparison): string {
  const { direction, margin, metric } = comparison;
  const size = isDifferenceOfShares(comparison)
    ? `${Number((margin * 100).toPrecision(6))} points`
    : numberText(metric, margin);
  if (direction === 'similar') return `similar within ${size}`;
  return direction === 'notLess' ? `not less by ${size} or more` : `${direction} by more than ${size}`;
}

/** What is compared where it is not the mean of the metric over all seeds. */
function kindText({ metric, reaches, slope, each }: Comparison): string {
  return [
    reaches === undefined ? '' : `, share reaching ${numberText(metric, reaches)}`,
    slope === undefined ? '' : `, slope along ${factorName(slope)}`,
    each === undefined ? '' : ` at every level of ${each.map(factorName).join(' and ')}`,
  ].join('');
}

function sidesName({ a, b, than, metric, reaches }: Comparison): string {
  const text = (selector: Selector, names: readonly string[]) =>
    names.map((name) => [selector[name]!].flat().map(levelName).join(' or ')).join(', ');
  if (!b) {
    const target = reaches === undefined ? numberText(metric, than!) : percent(than!);
    return `${text(a, Object.keys(a)) || 'all'} vs ${target}`;
  }
  const same = Object.keys(a).filter((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));
  const differing = (selector: Selector) => Object.keys(selector).filter((name) => !same.includes(name));
  const shared = same.length > 0 ? ` (${same.map((name) => cellName({ [name]: String(a[name]) })).join(', ')})` : '';
  return `${text(a, differing(a)) || 'all'} vs ${text(b, differing(b)) || 'all'}${shared}`;
}

/** True where the differences of a comparison are in percentage points. */
export function isDifferenceOfShares({ metric, reaches }: Comparison): boolean {
  return reaches !== undefined || isShare(metric);
}

/** A difference of a comparison with its sign: shares in percentage points, slopes with one digit more. */
export function comparisonDifference(comparison: Comparison, value: number): string {
  if (!isDifferenceOfShares(comparison)) return differenceText(comparison.metric, value);
  return signed((value * 100).toFixed(comparison.slope === undefined ? 1 : 2), value);
}
