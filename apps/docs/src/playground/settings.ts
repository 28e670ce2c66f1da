import { z } from 'zod';

const whole = (least: number, most: number, fallback: number) => z.int().min(least).max(most).default(fallback);

/** What one experiment of the playground is made of, models aside: the keys of its address. */
export const settingsSchema = z.object({
  task: z.enum(['iarc', 'delayedSum']).default('iarc'),
  symbols: whole(2, 64, 16),
  context: z.enum(['pointer', 'anchor']).default('pointer'),
  switching: z.enum(['geometric', 'binomial']).default('geometric'),
  switchProbability: z.number().min(0.01).max(1).default(0.125),
  minimumSegment: whole(1, 32, 1),
  delay: whole(2, 64, 4),
  window: whole(2, 128, 20),
  batchSize: whole(1, 1024, 64),
  steps: whole(1, 1_000_000, 3000),
  loss: z.enum(['all', 'last']).default('all'),
  optimizer: z.enum(['adamw', 'adam', 'sgd']).default('adamw'),
  learningRate: z.number().positive().max(10).default(0.003),
  momentum: z.number().min(0).max(0.999).default(0),
  schedule: z.enum(['cosine', 'constant']).default('cosine'),
  warmup: whole(0, 100_000, 0),
  seed: whole(0, 2 ** 31 - 1, 1),
  backend: z.enum(['auto', 'simd', 'webgpu', 'webgl', 'cpu']).default('auto'),
});

const attention = z.enum(['dpa', 'ea', 'cog']).default('dpa');
const normalization = z.enum(['layer', 'rms', 'none']).default('layer');
const embedding = z.enum(['learned', 'one-hot']).default('learned');
const block = { attention, width: whole(1, 256, 32), depth: whole(0, 8, 2), heads: whole(1, 16, 1), normalization };

/** The models, each with the keys that one may change here; defaults are those of @switchyard/models. */
export const modelSchemas = {
  transformer: z.object({
    kind: z.literal('transformer'),
    ...block,
    positions: z.enum(['learned', 'rotary', 'alibi', 'none']).default('learned'),
    embedding,
  }),
  cisformer: z.object({ kind: z.literal('cisformer'), ...block, embedding }),
  lstm: z.object({ kind: z.literal('lstm'), width: whole(1, 256, 96), depth: whole(1, 4, 1), embedding }),
  mlp: z.object({ kind: z.literal('mlp'), width: whole(1, 1024, 256), depth: whole(1, 4, 2) }),
};

export type ModelKind = keyof typeof modelSchemas;
export type ModelSettings = z.output<(typeof modelSchemas)[ModelKind]>;

/** What is shown of the models. */
export const viewSchema = z.object({
  sample: whole(0, 9999, 20), // under three rules
  weight: whole(0, 999, 0),
  unit: whole(0, 9999, 0),
});

export type View = z.output<typeof viewSchema>;

/** Everything that an address of the playground says. */
export type Settings = z.output<typeof settingsSchema> & View & { readonly models: readonly ModelSettings[] };

export const mostModels = 3;

/** A model with the default of every key. */
export function defaultModel(kind: ModelKind): ModelSettings {
  return modelSchemas[kind].parse({ kind });
}

export const defaultSettings: Settings = {
  ...settingsSchema.parse({}),
  ...viewSchema.parse({}),
  models: [{ ...defaultModel('transformer') }],
};

/** How a model is called beside others: `cisformer EA`. */
export function modelTitle(model: ModelSettings): string {
  return 'attention' in model
    ? `${model.kind} ${model.attention === 'cog' ? 'Cog' : model.attention.toUpperCase()}`
    : model.kind;
}
