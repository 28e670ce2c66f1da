import { availableParallelism, cpus } from 'node:os';
import { type MetricsLine, readMetrics } from '@switchyard/training/node';
import type { CurvePoint, RunResult } from '../store/result.ts';
import { lowerIsBetter } from '../study/metric.ts';
import { type Run, tokensPerStep } from './run.ts';
import type { TrainedRun } from './train-run.ts';
import { trainingSeconds } from './training-seconds.ts';

/** What a finished run measured, from its last event and the metrics in its run directory. */
export async function measureRun(run: Run, end: TrainedRun, directory: string): Promise<RunResult> {
  const lines = await readMetrics(directory);
  const curve = lines.flatMap((line) => (line.split === 'evaluation' ? [toPoint(line)] : []));
  const values = curve.map(flatten);
  const perStep = tokensPerStep(run);
  return {
    metrics: { final: { ...values.at(-1), ...end.probes }, best: bestOf(values) },
    curve,
    steps: end.step,
    stoppedEarly: end.step < end.steps,
    parameters: end.parameters,
    trainingTokens: end.step * perStep,
    seconds: trainingSeconds(lines, perStep),
    backend: run.config.backend,
    chance: end.evaluation?.chance ?? 0,
    machine: `${cpus()[0]?.model.trim() || process.arch}, ${availableParallelism()} cores, Node ${process.versions.node}`,
    finished: new Date().toISOString(),
  };
}

function toPoint(line: Extract<MetricsLine, { split: 'evaluation' }>): CurvePoint {
  const { step, loss, accuracy, visibleAccuracy, accuracyPerRule, measures } = line;
  return { step, loss, accuracy, visibleAccuracy, accuracyPerRule, ...(measures && { measures }) };
}

/** A point as metrics by name. */
function flatten({ loss, accuracy, visibleAccuracy, accuracyPerRule, measures }: CurvePoint): Record<string, number> {
  const rules = Object.entries(accuracyPerRule).map(([rule, share]) => [`accuracy.${rule}`, share]);
  return {
    loss,
    accuracy,
    ...(visibleAccuracy !== null && { visibleAccuracy }),
    ...Object.fromEntries(rules),
    ...measures,
  };
}

/** The best of each metric, each for itself. */
function bestOf(values: readonly Record<string, number>[]): Record<string, number> {
  const best: Record<string, number> = {};
  for (const [name, value] of values.flatMap(Object.entries<number>)) {
    best[name] = (lowerIsBetter(name) ? Math.min : Math.max)(best[name] ?? value, value);
  }
  return best;
}
