import { modelSchema } from '@switchyard/models';
import { backendNames, trainingSchema } from '@switchyard/training';
import { z } from 'zod';
import { ConfigError } from '../config/config-error.ts';
import { type ConfigKey, schemaKeys } from '../config/keys.ts';
import { taskSchema } from '../config/task.ts';
import type { KeyName } from '../config/validate.ts';
import { probeNames } from '../probe/probe.ts';

const { seed, batchSize, steps, loss, ...training } = trainingSchema.shape;
const evaluation = training.evaluation.unwrap();

/**
 * Everything that decides a run, in the order of config.yaml; a model's own keys are checked by `modelSchema`. Keys that not
 * every kind of run has are without a default here: `RunKind` gives it.
 */
export const runSchema = z.strictObject({
  seed: seed.describe('seed of weights, training data and evaluation data'),
  backend: z.enum(backendNames).default('auto').describe('where tensors live'),
  window: z.int().min(1).optional().describe('tokens a model sees, by default 20; not for images'),
  batchSize,
  steps,
  loss: loss.unwrap().optional().describe('positions whose targets count in the loss, by default all; not for images'),
  task: taskSchema.describe('what is learnt: sequences that follow rules, text, or images').prefault({ kind: 'iarc' }),
  model: z.looseObject({ kind: z.string() }).prefault({ kind: 'transformer' }),
  ...training,
  evaluation: evaluation
    .extend({
      positions: evaluation.shape.positions
        .unwrap()
        .optional()
        .describe(
          'targets that count; by default all of text, of other tasks the last, which every model answers for; not for images',
        ),
    })
    .prefault({}),
  probe: z
    .enum(probeNames)
    .default('none')
    .describe('numbers measured of the trained model, which studies compare as metrics'),
});

/** A run as it is asked for: what its schema gives. */
export type RunOptions = z.output<typeof runSchema>;

/** Model keys that follow from the rest of a run, and how. */
export const derived = {
  ...{ vocabulary: 'the task', window: 'the key window', seed: 'the key seed' },
  ...{
    image: 'the task',
    channels: 'the task',
    classes: 'the task',
    contextTokens: 'the task',
    contextWidth: 'the task',
  },
};

/** The keys of every model that are a run's to set. */
export const modelKeys = schemaKeys(
  z.strictObject({
    model: modelSchema
      .describe('the model; uvit is for images and needed for them, the others are for tokens')
      .prefault({ kind: 'transformer', vocabulary: 2, window: 1 }),
  }),
).filter((key) => !Object.keys(derived).some((name) => key.path === `model.${name}`));

/** The keys of a schema that extends `runSchema`, with those of every model in the place of `model`. */
export function runKeys(schema: z.ZodType): ConfigKey[] {
  return schemaKeys(schema).flatMap((key) => (key.path === 'model.kind' ? modelKeys : [key]));
}

/** Refuses model keys that follow from the rest. @throws ConfigError */
export function checkDerived({ model }: RunOptions, name: KeyName): void {
  for (const [key, source] of Object.entries(derived)) {
    if (key in model) throw new ConfigError(`${name(`model.${key}`)} cannot be set: it follows from ${source}`);
  }
}
