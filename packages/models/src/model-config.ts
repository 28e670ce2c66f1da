import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { ModelError } from './errors.ts';
import { type ModelConfig, modelSchema } from './registry.ts';

/** Version of the configs that models and files carry; raised when an old config would build another model. */
export const schemaVersion = 1;

const metadataSchema = z.object({
  switchyard: z.object({ schemaVersion: z.literal(schemaVersion), config: modelSchema }),
});

/** Writes the config into the model's user-defined metadata, which tfjs saves and loads with it. */
export function attachConfig(model: tf.LayersModel, config: ModelConfig): tf.LayersModel {
  model.setUserDefinedMetadata({ switchyard: { schemaVersion, config } });
  return model;
}

/**
 * The config a model was made from.
 *
 * @throws ModelError `SWITCHYARD_MODEL_UNKNOWN` if it was not made by this package
 */
export function modelConfig(model: tf.LayersModel): ModelConfig {
  const metadata = metadataSchema.safeParse(model.getUserDefinedMetadata());
  if (metadata.success) return metadata.data.switchyard.config;
  throw new ModelError(
    'SWITCHYARD_MODEL_UNKNOWN',
    `Model '${model.name}' carries no Switchyard config (version ${schemaVersion}): pass a model made by createModel`,
    { cause: metadata.error },
  );
}
