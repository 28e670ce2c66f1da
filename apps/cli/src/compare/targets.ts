import type { SequenceRun } from '@switchyard/experiments/run';
import type { Targets } from '../report/comparison.ts';

/** How many of a run's evaluation targets (last positions) there are: all that are predictable, and by rule. */
export function countTargets({ config, task }: SequenceRun): { all: Targets; perRule: Record<string, Targets> } {
  const { window, evaluation } = config;
  const { batches, batchSize, seed } = evaluation;
  const counts = task.ruleNames.map(() => ({ count: 0, visible: 0 }));
  for (let index = 0; index < batches; index++) {
    const batch = task.batch({ seed, index, batchSize, window });
    for (let last = window; last < batch.rules.length; last += window + 1) {
      const rule = batch.rules[last]!;
      if (rule < 0) continue;
      counts[rule]!.count += 1;
      counts[rule]!.visible += batch.visible[last]!;
    }
  }
  const all = { count: sum(counts.map((rule) => rule.count)), visible: sum(counts.map((rule) => rule.visible)) };
  return { all, perRule: Object.fromEntries(task.ruleNames.map((name, rule) => [name, counts[rule]!])) };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
