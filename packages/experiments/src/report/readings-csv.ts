import { toCsv } from '../store/results-csv.ts';
import type { Screening } from './screening.ts';

/**
 * The readings of a screening as CSV, the nearest to the published picture (or the best) first: the levels of the design,
 * whether the picture holds and how far it is, the ordering of the models, and the mean of each.
 */
export function readingsCsv({ readings }: Screening): string {
  const names = Object.keys(readings[0]?.design ?? {});
  const compared = [...new Set(readings.flatMap(({ estimates }) => [...estimates.keys()]))];
  const header = [...names, 'holds', 'distance', 'advantage', 'ordering', ...compared.map((level) => `mean_${level}`)];
  const lines = readings.map(({ design, ordering, estimates }) => [
    ...names.map((name) => design[name]),
    ...[ordering?.holds, ordering?.distance, ordering?.advantage, ordering?.ranking.join(' > ')],
    ...compared.map((level) => estimates.get(level)?.mean),
  ]);
  return toCsv([header, ...lines]);
}
