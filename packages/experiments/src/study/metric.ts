import type { Measures } from '../store/result.ts';

/**
 * A metric of a study by its name: `accuracy` and `final.accuracy` are of the last evaluation, `best.accuracy` is the best
 * over all. Undefined where the run has no such metric.
 */
export function metricOf({ metrics }: Pick<Measures, 'metrics'>, name: string): number | undefined {
  const best = name.startsWith('best.');
  return (best ? metrics.best : metrics.final)[name.replace(/^(best|final)\./, '')];
}

/** True where less of a metric is better. */
export function lowerIsBetter(name: string): boolean {
  return name.replace(/^(best|final)\./, '') === 'loss';
}
