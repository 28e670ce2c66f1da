import { type ModelConfig, modelSchema, type SequenceModelConfig, sequenceModelSchema } from '@switchyard/models';
import { createStream } from '@switchyard/random';
import type { SequenceTask } from '@switchyard/tasks';
import { backendNames, trainingSchema } from '@switchyard/training';
import { z } from 'zod';
import { asConfigError, ConfigError } from '../config/config-error.ts';
import { type ConfigKey, schemaKeys } from '../config/keys.ts';
import { type ResolvedTask, resolveTask, taskSchema } from '../config/task.ts';
import { type KeyName, validate } from '../config/validate.ts';
import type { ImageTask } from '../images/image-config.ts';
import { type Probe, probeNames, probes } from '../probe/probe.ts';
import { shortHash } from './short-hash.ts';

const { seed, batchSize, steps, loss, ...training } = trainingSchema.shape;

/** Everything that decides a run, in the order of config.yaml; a model's own keys are checked by `modelSchema`. */
export const runSchema = z.strictObject({
  seed: seed.describe('seed of weights, training data and evaluation data'),
  backend: z.enum(backendNames).default('auto').describe('where tensors live'),
  window: z.int().min(1).default(20).describe('tokens a model sees; without a part in runs on images'),
  batchSize,
  steps,
  loss,
  task: taskSchema.prefault({ kind: 'iarc' }),
  model: z.looseObject({ kind: z.string() }).prefault({ kind: 'transformer' }),
  ...training,
  probe: z
    .enum(probeNames)
    .default('none')
    .describe('numbers measured of the trained model, which studies compare as metrics'),
});

/** Model keys that follow from the rest of a run, and how. */
const derived = {
  ...{ vocabulary: 'the task', window: 'the key window', seed: 'the key seed' },
  ...{
    image: 'the task',
    channels: 'the task',
    classes: 'the task',
    contextTokens: 'the task',
    contextWidth: 'the task',
  },
};

const modelKeys = schemaKeys(
  z.strictObject({ model: modelSchema.prefault({ kind: 'transformer', vocabulary: 2, window: 1 }) }),
).filter((key) => !Object.keys(derived).some((name) => key.path === `model.${name}`));

/** The keys of a schema that extends `runSchema`, with those of every model in the place of `model`. */
export function runKeys(schema: z.ZodType): ConfigKey[] {
  return schemaKeys(schema).flatMap((key) => (key.path === 'model.kind' ? modelKeys : [key]));
}

/** A run with every default filled in, and what it is made of. */
export interface Run {
  readonly config: Omit<z.output<typeof runSchema>, 'model' | 'evaluation'> & {
    readonly model: ModelConfig;
    readonly evaluation: z.output<typeof runSchema>['evaluation'] & { readonly seed: number };
  };
  readonly task: SequenceTask | ImageTask;
  /** Files that its directory needs beside its configuration. */
  readonly files: ResolvedTask['files'];
  /** What the probe measures, by name. */
  readonly probeMetrics: readonly string[];
}

/**
 * The run of checked options: the task is made, the model's keys are checked against it.
 *
 * @throws ConfigError
 */
export function resolveRun(options: z.output<typeof runSchema>, name: KeyName): Run {
  const { config: taskConfig, task, files } = taskOf(options);
  const model =
    'kind' in task
      ? resolveImageModel(options, task, name)
      : resolveModel(options, { vocabulary: task.vocabulary.size, separator: task.separator }, name);
  const evaluation = { ...options.evaluation, seed: options.evaluation.seed ?? evaluationSeed(options.seed) };
  checkPositions(options);
  const config = { ...options, task: taskConfig, model, evaluation };
  return { config, task, files, probeMetrics: probeOf(options).metrics({ config, task }) };
}

/** What of its task a model follows from. */
export interface TaskTokens {
  readonly vocabulary: number;
  readonly separator?: number | undefined;
}

/**
 * The model of checked options and the tokens of their task. A model that can keep documents apart does so where the task has a
 * separator.
 *
 * @throws ConfigError
 */
export function resolveModel(
  options: z.output<typeof runSchema>,
  { vocabulary, separator }: TaskTokens,
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
  const { window, seed } = options;
  const separates = modelKeys.some(
    ({ path, kinds }) => path === 'model.documentSeparator' && kinds.includes(options.model.kind),
  );
  const documents = separates && separator !== undefined ? { documentSeparator: separator } : {};
  const full = { ...documents, ...options.model, vocabulary, window, seed };
  return validate(z.strictObject({ model: sequenceModelSchema }), { model: full }, modelKeys, name).model;
}

/** A task whose answer stands anywhere has no target in the last position. */
function checkPositions({ task, model, loss, evaluation }: z.output<typeof runSchema>): void {
  if (!('padding' in task) || task.padding === 'front') return;
  const [key] = [loss === 'last' && 'loss', evaluation.positions === 'last' && 'evaluation.positions'].filter(Boolean);
  if (key) throw new ConfigError(`${key} is last, where task.padding behind leaves no answer: set it to all`);
  if (model.kind === 'mlp') {
    throw new ConfigError(
      'model.kind mlp answers for the last position, where task.padding behind leaves no answer: set it to front',
    );
  }
}

/** The probe of a run. */
export const probeOf = ({ probe }: Pick<z.output<typeof runSchema>, 'probe'>): Probe => probes[probe];

/** The model of checked options, for these images. */
function resolveImageModel(options: z.output<typeof runSchema>, task: ImageTask, name: KeyName): ModelConfig {
  checkDerived(options, name);
  const { model, seed } = options;
  if (model.kind !== 'uvit') {
    throw new ConfigError(
      `${name('model.kind')} is "${model.kind}", a model of tokens; task images is one of images and takes uvit`,
    );
  }
  const full = { ...model, image: task.size, channels: task.channels, classes: task.ruleNames.length, seed };
  return validate(z.strictObject({ model: modelSchema }), { model: full }, modelKeys, name).model;
}

function checkDerived({ model }: z.output<typeof runSchema>, name: KeyName): void {
  for (const [key, source] of Object.entries(derived)) {
    if (key in model) throw new ConfigError(`${name(`model.${key}`)} cannot be set: it follows from ${source}`);
  }
}

/** The task of a run on sequences. */
export function sequenceTaskOf({ task }: Run): SequenceTask {
  if (!('kind' in task)) return task;
  throw new ConfigError('this is a run on images: it has no sequences; evaluate and sample take it');
}

/** What a step of a run sees: tokens, or images. */
export function tokensPerStep({
  task,
  batchSize,
  window,
}: Pick<Run['config'], 'task' | 'batchSize' | 'window'>): number {
  return task.kind === 'images' ? batchSize : batchSize * window;
}

/** The task, which must be able to make batches of the window. */
function taskOf({ task, window }: z.output<typeof runSchema>): ResolvedTask {
  try {
    const resolved = resolveTask(task);
    if ('kind' in resolved.task) return resolved;
    for (const split of ['train', 'validation'] as const) {
      resolved.task.batch({ seed: 0, index: 0, batchSize: 1, window, split });
    }
    return resolved;
  } catch (error) {
    throw asConfigError(error); // options that do not go together
  }
}

/** Seed of the frozen batches: far from the batches that the same seed trains on. */
export const evaluationSeed = (seed: number): number => createStream(seed).fork('evaluation').nextUint32();

/** The run as config.yaml holds it: what follows from other keys is left out, so that the file is a configuration again. */
export function portable({ config }: Run): Record<string, unknown> {
  const model = Object.entries(config.model).filter(([key]) => !Object.hasOwn(derived, key));
  return { ...config, model: Object.fromEntries(model) };
}

/** A name that runs of different configuration do not share: `transformer-ea-1f0c93ab`. */
export function runName(run: Run): string {
  const { model } = run.config;
  return [model.kind, ...('attention' in model ? [model.attention] : []), shortHash(portable(run))].join('-');
}
