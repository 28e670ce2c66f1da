import type { Settings } from './settings.ts';

/** The configuration of a run as people write it: nested keys, those with a default may be missing. */
export interface RunInput {
  readonly [key: string]: unknown;
}

/** The run that trains model number `index` of an experiment, as a configuration of `switchyard train`. */
export function runInput(settings: Settings, index: number): RunInput {
  const { seed, backend, window, batchSize, steps, loss, optimizer, learningRate, momentum } = settings;
  return {
    ...{ seed, backend, window, batchSize, steps, loss },
    task: taskInput(settings),
    model: settings.models[index]!,
    optimizer: { kind: optimizer, learningRate, ...(optimizer === 'sgd' && { momentum }) },
    schedule: { kind: settings.schedule, warmup: settings.warmup },
    log: { every: logEvery(steps) },
  };
}

function taskInput(settings: Settings): RunInput {
  const { symbols, context, switching, switchProbability, minimumSegment, delay } = settings;
  if (settings.task === 'delayedSum') return { kind: 'delayedSum', modulus: symbols, delay };
  const policy = switching === 'geometric' ? { switchProbability } : {};
  return { kind: 'iarc', symbols, context, switching, ...policy, minimumSegment };
}

/** Steps between two points of the curves: some hundred points a run, ten steps at least. */
function logEvery(steps: number): number {
  return Math.max(10, 10 * Math.round(steps / 5000));
}
