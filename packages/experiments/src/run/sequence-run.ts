import { type SequenceModelConfig, sequenceModelSchema } from '@switchyard/models';
import type { SequenceTask } from '@switchyard/tasks';
import { type Positions, sequenceObjective } from '@switchyard/training';
import { z } from 'zod';
import { ConfigError } from '../config/config-error.ts';
import { createTask, type GeneratorConfig } from '../config/task.ts';
import { type KeyName, validate } from '../config/validate.ts';
import { evaluationSeed } from './evaluation-seed.ts';
import type { SequenceRun } from './run.ts';
import { kindKeys, type RunKind } from './run-kind.ts';
import { checkDerived, modelKeys, type RunOptions } from './run-schema.ts';

/** Runs on tasks that make their sequences themselves. */
export const sequences: RunKind<SequenceRun> = {
  keys: kindKeys,
  counts: { step: 'tokens', evaluation: 'targets' },
  scores: ['loss', 'accuracy', 'visibleAccuracy'],
  measures: [],
  goodness: ({ accuracy }) => accuracy,
  resolve(options, name) {
    const config = options.task as GeneratorConfig;
    const task = createTask(config);
    return { kind: 'sequences', task, config: sequenceConfig(options, name, { config, task }, 'last'), files: {} };
  },
  readModel(_directory, options, name) {
    const { vocabulary, separator } = createTask(options.task as GeneratorConfig);
    return sequenceModel(options, { vocabulary: vocabulary.size, separator }, name);
  },
  objective: ({ config, task }, model) => sequenceObjective(model, task, config),
};

/**
 * The resolved configuration of a run on a task, which must be able to make batches of the window.
 *
 * @param positions that evaluations count, unless the options say it
 * @throws ConfigError, and TaskError where it cannot
 */
export function sequenceConfig(
  options: RunOptions,
  name: KeyName,
  { config, task }: { readonly config: SequenceRun['config']['task']; readonly task: SequenceTask },
  positions: Positions,
): SequenceRun['config'] {
  const {
    seed,
    backend,
    window = defaultWindow,
    batchSize,
    steps,
    loss = 'all',
    task: _,
    model: __,
    ...rest
  } = options;
  for (const split of ['train', 'validation'] as const) task.batch({ seed: 0, index: 0, batchSize: 1, window, split });
  const model = sequenceModel(options, { vocabulary: task.vocabulary.size, separator: task.separator }, name);
  const { seed: frozen = evaluationSeed(seed), ...evaluation } = rest.evaluation;
  const resolved = {
    ...{ seed, backend, window, batchSize, steps, loss, task: config, model, ...rest },
    evaluation: { ...evaluation, positions: evaluation.positions ?? positions, seed: frozen },
  };
  checkPositions(resolved);
  return resolved;
}

const defaultWindow = 20;

/**
 * The model of checked options and the tokens of their task. A model that can keep documents apart does so where the task has a
 * separator.
 *
 * @throws ConfigError
 */
export function sequenceModel(
  options: RunOptions,
  { vocabulary, separator }: { readonly vocabulary: number; readonly separator: number | undefined },
  name: KeyName,
): SequenceModelConfig {
  checkDerived(options, name);
  if (options.model.kind === 'uvit') {
    const choices = modelKeys.find(({ path }) => path === 'model.kind')!.choices;
    const kinds = choices.filter((kind) => kind !== 'uvit').join(', ');
    throw new ConfigError(
      `${name('model.kind')} is "uvit", a model of images; task ${options.task.kind} is one of tokens and takes one of ${kinds}`,
    );
  }
  const { window = defaultWindow, seed } = options;
  const separates = modelKeys.some(
    ({ path, kinds }) => path === 'model.documentSeparator' && kinds.includes(options.model.kind),
  );
  const documents = separates && separator !== undefined ? { documentSeparator: separator } : {};
  const full = { ...documents, ...options.model, vocabulary, window, seed };
  return validate(z.strictObject({ model: sequenceModelSchema }), { model: full }, modelKeys, name).model;
}

/** A task whose answer stands anywhere has no target in the last position. */
function checkPositions({ task, model, loss, evaluation }: SequenceRun['config']): void {
  if (!('padding' in task) || task.padding === 'front') return;
  const [key] = [loss === 'last' && 'loss', evaluation.positions === 'last' && 'evaluation.positions'].filter(Boolean);
  if (key) throw new ConfigError(`${key} is last, where task.padding behind leaves no answer: set it to all`);
  if (model.kind === 'mlp') {
    throw new ConfigError(
      'model.kind mlp answers for the last position, where task.padding behind leaves no answer: set it to front',
    );
  }
}
