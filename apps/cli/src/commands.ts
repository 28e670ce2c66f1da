import type { Command } from './command.ts';

/** Commands are loaded when asked for: the tensor library takes longer to load than `generate` to answer. */
export const commands: Record<string, { summary: string; load: () => Promise<{ command: Command }> }> = {
  train: { summary: 'train a model on a task', load: () => import('./commands/train.ts') },
  evaluate: { summary: 'score a trained model', load: () => import('./commands/evaluate.ts') },
  compare: { summary: 'train seven models side by side and compare them', load: () => import('./commands/compare.ts') },
  sweep: { summary: 'make the runs of a study', load: () => import('./commands/sweep.ts') },
  worker: { summary: 'make the runs that a queue holds', load: () => import('./commands/worker.ts') },
  report: { summary: 'write the report of a study', load: () => import('./commands/report.ts') },
  sample: { summary: 'sample from a trained generative model', load: () => import('./commands/sample.ts') },
  inspect: { summary: 'draw attention maps, explain tokens', load: () => import('./commands/inspect.ts') },
  export: { summary: 'write a trained model for other programs', load: () => import('./commands/export.ts') },
  generate: { summary: 'print sequences of a task', load: () => import('./commands/generate.ts') },
  bench: { summary: 'measure speed, in a clone of the repository', load: () => import('./commands/bench.ts') },
  backends: { summary: 'list the backends that run here', load: () => import('./commands/backends.ts') },
};
