import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { buildCisformer, cisformerParameters, cisformerSchema } from './cisformer.ts';
import { buildCogformer, cogformerParameters, cogformerSchema } from './cogformer.ts';
import { cogformerOfficialWeights } from './cogformer-official.ts';
import { must, suggestion } from './fields.ts';
import { buildLstm, lstmParameters, lstmSchema } from './lstm.ts';
import { buildMlp, mlpParameters, mlpSchema } from './mlp.ts';
import type { OfficialWeight } from './official-weights.ts';
import { buildTransformer, transformerParameters, transformerSchema } from './transformer.ts';
import { buildUvit, uvitParameters, uvitSchema } from './uvit.ts';
import { uvitOfficialWeights } from './uvit-official.ts';

/** What the laboratory knows about one kind of model. */
export interface RegistryEntry<Config> {
  /** Checks a config and fills in its defaults. */
  readonly schema: z.ZodType<Config>;
  /** The model of a checked config. */
  build(config: Config): tf.LayersModel;
  /** The number of its parameters, by a closed formula. */
  parameters(config: Config): number;
  /** Names and layouts of its weights in the official code, where there is some. */
  official?(config: Config): OfficialWeight[];
}

/** Every kind of model: to add one, write its schema, builder and parameter count, and name them here. */
export const registry = {
  transformer: { schema: transformerSchema, build: buildTransformer, parameters: transformerParameters },
  cisformer: { schema: cisformerSchema, build: buildCisformer, parameters: cisformerParameters },
  lstm: { schema: lstmSchema, build: buildLstm, parameters: lstmParameters },
  mlp: { schema: mlpSchema, build: buildMlp, parameters: mlpParameters },
  cogformer: {
    schema: cogformerSchema,
    build: buildCogformer,
    parameters: cogformerParameters,
    official: cogformerOfficialWeights,
  },
  uvit: { schema: uvitSchema, build: buildUvit, parameters: uvitParameters, official: uvitOfficialWeights },
};

export type ModelKind = keyof typeof registry;

const kinds = Object.keys(registry);

/** The kinds that map tokens to logits; U-ViT predicts the noise of images. */
const sequenceSchemas = [transformerSchema, cisformerSchema, lstmSchema, mlpSchema, cogformerSchema] as const;

/** Config of any model, told apart by `kind`: unknown keys are errors, defaults are filled in. */
export const modelSchema = z.discriminatedUnion('kind', [...sequenceSchemas, uvitSchema], {
  error: (issue) => complaint(issue, kinds),
});

/** The same for models of token sequences: every kind but `uvit`. */
export const sequenceModelSchema = z.discriminatedUnion('kind', sequenceSchemas, {
  error: (issue) =>
    complaint(
      issue,
      kinds.filter((kind) => kind !== 'uvit'),
    ),
});

/** A checked config, every default filled in. */
export type ModelConfig = z.output<typeof modelSchema>;

/** A config as people write it: everything with a default may be left out. */
export type ModelInput = z.input<typeof modelSchema>;

/** The checked config of a model of token sequences. */
export type SequenceModelConfig = z.output<typeof sequenceModelSchema>;

/** The config of a model of token sequences as people write it. */
export type SequenceModelInput = z.input<typeof sequenceModelSchema>;

/** What is wrong with a config that no kind takes. */
function complaint(issue: z.core.$ZodRawIssue, known: readonly string[]): string {
  if (issue.code !== 'invalid_union') return must('be an object').error(issue);
  const { kind } = issue.input as { kind?: unknown };
  return must(`be one of ${known.join(', ')}`).error({ input: kind }) + suggestion(kind, known);
}
