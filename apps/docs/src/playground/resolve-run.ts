import { type SequenceModelConfig, sequenceModelSchema } from '@switchyard/models';
import { createStream } from '@switchyard/random';
import { delayedSum, iarc, type SequenceTask } from '@switchyard/tasks';
import { backendNames, type TrainingConfig, trainingSchema } from '@switchyard/training';
import { z } from 'zod';
import { PlaygroundError } from './errors.ts';

// The run configuration of `switchyard train`, for the tasks that the playground knows. @switchyard/experiments, which has
// the original, needs Node; a test holds this one to it.

const taskSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('iarc'),
    symbols: z.int().min(2).default(16),
    context: z.enum(['pointer', 'anchor']).default('pointer'),
    switching: z.enum(['geometric', 'binomial']).default('geometric'),
    switchProbability: z
      .number()
      .gt(0)
      .max(1)
      .default(1 / 8),
    minimumSegment: z.int().min(1).default(1),
  }),
  z.strictObject({
    kind: z.literal('delayedSum'),
    modulus: z.int().min(2).default(16),
    delay: z.int().min(2).default(4),
  }),
]);

const { seed, batchSize, steps, loss, ...training } = trainingSchema.shape;

const knownSchema = z.object({
  seed,
  backend: z.enum(backendNames).default('auto'),
  window: z.int().min(1).default(20),
  batchSize,
  steps,
  loss,
  task: taskSchema.prefault({ kind: 'iarc' }),
  model: z.looseObject({ kind: z.string() }).prefault({ kind: 'transformer' }),
  ...training,
  probe: z.string().default('none'),
});

type RunOptions = z.output<typeof knownSchema>;

/** Keys that this page does not know are kept, so that a run that was opened and saved is still the same run. */
const runSchema: z.ZodType<RunOptions> = knownSchema.loose();

/** A run with every default filled in, and what it is made of. */
export interface ResolvedRun {
  readonly config: Omit<RunOptions, 'model'> & { readonly model: SequenceModelConfig };
  readonly task: SequenceTask;
}

/** The part of a run that the trainer reads. */
export function trainerConfig({ config }: ResolvedRun): TrainingConfig {
  return trainingSchema.strip().parse(config);
}

/** Model keys that follow from the rest of a run. */
const derived = ['vocabulary', 'window', 'seed'];

/** @throws PlaygroundError `SWITCHYARD_PLAYGROUND_CONFIG` naming the key and the rule */
export function resolveRun(input: unknown): ResolvedRun {
  const options = check(runSchema, input);
  const task = createTask(options.task);
  const { window, model } = options;
  const full = { ...model, vocabulary: task.vocabulary.size, window, seed: options.seed };
  const evaluation = { ...options.evaluation, seed: options.evaluation.seed ?? evaluationSeed(options.seed) };
  return { config: { ...options, model: check(sequenceModelSchema, full, 'model'), evaluation }, task };
}

/** Seed of the frozen batches, as the trainer derives it. */
const evaluationSeed = (runSeed: number): number => createStream(runSeed).fork('evaluation').nextUint32();

/** The task of a configuration. @throws PlaygroundError, and TaskError for options that do not go together */
export function createTask(input: unknown): SequenceTask {
  const config = check(taskSchema, input, 'task');
  if (config.kind === 'delayedSum') return delayedSum({ modulus: config.modulus, delay: config.delay });
  const { kind: _, ...options } = config;
  return iarc(options);
}

/** The run as config.yaml holds it: what follows from other keys is left out. */
export function portable({ config }: ResolvedRun): Record<string, unknown> {
  const model = Object.entries(config.model).filter(([key]) => !derived.includes(key));
  return { ...config, model: Object.fromEntries(model) };
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, section = ''): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = [...(section === '' ? [] : [section]), ...issue.path.map(String)].join('.');
  const message = path === 'task.kind' ? 'the playground knows iarc and delayedSum' : issue.message;
  throw new PlaygroundError('SWITCHYARD_PLAYGROUND_CONFIG', `${path || 'the configuration'}: ${message}`, {
    cause: result.error,
  });
}

/** The configuration with every default filled in of a run that says nothing but these kinds. */
export function runDefaults(kinds: { task: string; model: string; optimizer: string; schedule: string }): RunOptions {
  const run = resolveRun(Object.fromEntries(Object.entries(kinds).map(([section, kind]) => [section, { kind }])));
  return { ...run.config, ...(portable(run) as Pick<RunOptions, 'model'>) };
}
