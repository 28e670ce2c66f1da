import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { buildCisformer, cisformerParameters, cisformerSchema } from './cisformer.ts';
import { must, suggestion } from './fields.ts';
import { buildLstm, lstmParameters, lstmSchema } from './lstm.ts';
import { buildMlp, mlpParameters, mlpSchema } from './mlp.ts';
import { buildTransformer, transformerParameters, transformerSchema } from './transformer.ts';

/** What the laboratory knows about one kind of model. */
export interface RegistryEntry<Config> {
  /** Checks a config and fills in its defaults. */
  readonly schema: z.ZodType<Config>;
  /** The model of a checked config. */
  build(config: Config): tf.LayersModel;
  /** The number of its parameters, by a closed formula. */
  parameters(config: Config): number;
}

/** Every kind of model: to add one, write its schema, builder and parameter count, and name them here. */
export const registry = {
  transformer: { schema: transformerSchema, build: buildTransformer, parameters: transformerParameters },
  cisformer: { schema: cisformerSchema, build: buildCisformer, parameters: cisformerParameters },
  lstm: { schema: lstmSchema, build: buildLstm, parameters: lstmParameters },
  mlp: { schema: mlpSchema, build: buildMlp, parameters: mlpParameters },
};

export type ModelKind = keyof typeof registry;

const kinds = Object.keys(registry);

/** Config of any model, told apart by `kind`: unknown keys are errors, defaults are filled in. */
export const modelSchema = z.discriminatedUnion('kind', [transformerSchema, cisformerSchema, lstmSchema, mlpSchema], {
  error: (issue) => {
    if (issue.code !== 'invalid_union') return must('be an object').error(issue);
    const { kind } = issue.input as { kind?: unknown };
    return must(`be one of ${kinds.join(', ')}`).error({ input: kind }) + suggestion(kind, kinds);
  },
});

/** A checked config, every default filled in. */
export type ModelConfig = z.output<typeof modelSchema>;

/** A config as people write it: everything with a default may be left out. */
export type ModelInput = z.input<typeof modelSchema>;
