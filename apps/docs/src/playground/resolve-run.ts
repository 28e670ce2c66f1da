import {
  ConfigError,
  createTask as makeTask,
  portable,
  runKeys,
  runSchema,
  type SequenceRun,
  sequences,
  taskVariants,
  validate,
} from '@switchyard/experiments/browser';
import type { SequenceTask } from '@switchyard/tasks';
import { type TrainingConfig, trainingSchema } from '@switchyard/training';
import { z } from 'zod';
import { PlaygroundError } from './errors.ts';

// The run configuration of `switchyard train`, for the tasks that the playground knows.

const [iarc, delayedSum] = taskVariants;
const taskSchema = z.discriminatedUnion('kind', [iarc, delayedSum]);

/** Keys that this page does not know are kept, so that a run that was opened and saved is still the same run. */
const schema = runSchema.extend({ task: taskSchema.prefault({ kind: 'iarc' }) }).loose();
const keys = runKeys(runSchema);

/** A run with every default filled in, and what it is made of. */
export type ResolvedRun = Pick<SequenceRun, 'config' | 'task'>;

/** The part of a run that the trainer reads. */
export function trainerConfig({ config }: ResolvedRun): TrainingConfig {
  return trainingSchema.strip().parse(config);
}

/** @throws PlaygroundError `SWITCHYARD_PLAYGROUND_CONFIG` naming the key and the rule, and TaskError for options that do not go together */
export function resolveRun(input: unknown): ResolvedRun {
  return refusing(() => {
    const { config, task } = sequences.resolve(check(schema, input), keyName);
    return { config, task };
  });
}

/** The task of a configuration. @throws PlaygroundError, and TaskError for options that do not go together */
export function createTask(input: unknown): SequenceTask {
  return refusing(() => makeTask(check(z.strictObject({ task: taskSchema }), { task: input }).task));
}

/** The configuration with every default filled in of a run that says nothing but these kinds. */
export function runDefaults(kinds: { task: string; model: string; optimizer: string; schedule: string }): unknown {
  return portable(resolveRun(Object.fromEntries(Object.entries(kinds).map(([section, kind]) => [section, { kind }]))));
}

const keyName = (key: string) => key || 'the configuration';

const check = <Schema extends z.ZodType>(schema: Schema, input: unknown) =>
  validate(schema, input as Record<string, unknown>, keys, keyName);

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new PlaygroundError('SWITCHYARD_PLAYGROUND_CONFIG', cause.message, { cause });
  }
}
