import { suggestion } from '../config/suggest.ts';
import { ExperimentError } from '../errors.ts';
import type { Run } from '../run/run.ts';
import { runKinds } from '../run/run-kinds.ts';
import type { Measures } from '../store/result.ts';
import type { Study } from './load-study.ts';

const stem = (name: string) => name.replace(/^(best|final)\./, '');

/**
 * A metric of a study by its name: `accuracy` and `final.accuracy` are of the last evaluation, `best.accuracy` is the best
 * over all. Undefined where the run has no such metric.
 */
export function metricOf({ metrics }: Pick<Measures, 'metrics'>, name: string): number | undefined {
  return (name.startsWith('best.') ? metrics.best : metrics.final)[stem(name)];
}

/** True where less of a metric is better. */
export function lowerIsBetter(name: string): boolean {
  return lower.includes(stem(name));
}

const lower = ['loss', 'perplexity', 'bitsPerByte', 'frechetDistance'];

/** The metrics that evaluations of a run have. */
export function metricNames({ kind, task }: Run): string[] {
  const { scores, measures } = runKinds[kind];
  return [...scores, ...task.ruleNames.map((rule) => `accuracy.${rule}`), ...measures];
}

/**
 * Checks that the metrics which a study names exist.
 *
 * @param scores the metrics of evaluations that its runs have
 * @param probed what their probes measure, once: there is no best of it
 * @throws ExperimentError `SWITCHYARD_STUDY`
 */
export function checkMetrics(
  { path, select, test }: Study,
  scores: readonly string[],
  probed: readonly string[],
): void {
  const check = (key: string, name: string) => {
    const known = name.startsWith('best.') ? scores : [...scores, ...probed];
    if (known.includes(stem(name))) return;
    throw new ExperimentError(
      'SWITCHYARD_STUDY',
      `${path}: ${key} is ${name}, which no run has${suggestion(stem(name), known) || `: it must be one of ${known.join(', ')}`}`,
    );
  };
  if (select) check('select.by', select.by);
  for (const [index, { metric }] of (test?.comparisons ?? []).entries())
    check(`test.comparisons[${index}].metric`, metric);
}
