import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { trainingSeconds } from '@switchyard/experiments/run';
import type { EndEvent } from '@switchyard/training';
import { readMetrics } from '@switchyard/training/node';
import type { Comparison } from '../report/comparison.ts';
import type { Entry } from './plan.ts';
import { countTargets } from './targets.ts';

/** The comparison of finished runs in `directory`. */
export async function summarize(
  command: string,
  entries: readonly Entry[],
  ends: readonly EndEvent[],
  directory: string,
): Promise<Comparison> {
  const first = entries[0]!.run;
  const { seed, backend, window, batchSize, steps, task } = first.config;
  const { all, perRule } = countTargets(first);
  const models = entries.map(async ({ name, label, learningRate }, index) => {
    const metrics = await readMetrics(join(directory, name));
    const { parameters, evaluation } = ends[index]!;
    const { loss, accuracy, accuracyPerRule, visibleAccuracy } = evaluation!;
    return {
      ...{ name, label, learningRate, parameters, loss, accuracy, accuracyPerRule, visibleAccuracy },
      seconds: trainingSeconds(metrics, batchSize * window),
      curve: metrics.flatMap((line) =>
        line.split === 'evaluation' ? [{ step: line.step, loss: line.loss, accuracy: line.accuracy }] : [],
      ),
    };
  });
  return {
    ...{ command, seed, backend, task, window, batchSize, steps },
    chance: 1 / first.task.vocabulary.symbols,
    targets: all,
    targetsPerRule: perRule,
    machine: `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores`,
    models: await Promise.all(models),
  };
}
