import type * as tf from '@tensorflow/tfjs';
import { ModelError } from './errors.ts';
import { attachConfig } from './model-config.ts';
import type { OfficialWeight } from './official-weights.ts';
import {
  type ModelConfig,
  type ModelInput,
  type ModelKind,
  modelSchema,
  type RegistryEntry,
  registry,
} from './registry.ts';

/**
 * The model of a config, its weights drawn from `config.seed`, the same on every backend. Sequence models map tokens, int32
 * [batch, window], to logits [batch, window, vocabulary]; the MLP to [batch, vocabulary], for the last position; U-ViT maps
 * images, times and what it is told to the noise of the images (see {@link uvit}). The model
 * carries its config (see {@link modelConfig}), also through `model.save` and `tf.loadLayersModel`.
 *
 * @throws ModelError `SWITCHYARD_MODEL_CONFIG` naming every key that breaks a rule
 */
export function createModel(config: ModelInput): tf.LayersModel {
  const parsed = parseModelConfig(config);
  return attachConfig(entryOf(parsed).build(parsed), parsed);
}

/** The number of trained parameters `createModel(config)` has, by the closed formula of its kind, without making it. */
export function parameterCount(config: ModelInput): number {
  const parsed = parseModelConfig(config);
  return entryOf(parsed).parameters(parsed);
}

/** How a checked config's weights are named and laid out in the official code, where there is some. */
export function officialWeightsOf(config: ModelConfig): OfficialWeight[] | undefined {
  return entryOf(config).official?.(config);
}

/** The config checked and every default filled in. @throws ModelError `SWITCHYARD_MODEL_CONFIG` */
export function parseModelConfig(config: unknown): ModelConfig {
  const result = modelSchema.safeParse(config);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.map(String).join('.')} ${message}`.trim());
  throw new ModelError('SWITCHYARD_MODEL_CONFIG', `Model config: ${problems.join('; ')}`);
}

/** The config of one kind, which need not be named again. */
export type InputOf<Kind extends ModelKind> = Omit<Extract<ModelInput, { kind: Kind }>, 'kind'> & { kind?: Kind };

/** `createModel({ kind: 'transformer', ...config })` */
export function transformer(config: InputOf<'transformer'>): tf.LayersModel {
  return createModel({ kind: 'transformer', ...config });
}

/** `createModel({ kind: 'cisformer', ...config })` */
export function cisformer(config: InputOf<'cisformer'>): tf.LayersModel {
  return createModel({ kind: 'cisformer', ...config });
}

/** `createModel({ kind: 'lstm', ...config })` */
export function lstm(config: InputOf<'lstm'>): tf.LayersModel {
  return createModel({ kind: 'lstm', ...config });
}

/** `createModel({ kind: 'mlp', ...config })` */
export function mlp(config: InputOf<'mlp'>): tf.LayersModel {
  return createModel({ kind: 'mlp', ...config });
}

/** `createModel({ kind: 'cogformer', ...config })` */
export function cogformer(config: InputOf<'cogformer'>): tf.LayersModel {
  return createModel({ kind: 'cogformer', ...config });
}

/**
 * `createModel({ kind: 'uvit', ...config })`: inputs `images` [batch, image, image, channels], `timesteps` [batch, 1] and, with
 * classes, `classes` int32 [batch, 1] (the id `classes` for "not told") or, with context tokens, `context` [batch, contextTokens,
 * contextWidth]; output the predicted noise, shaped as the images.
 */
export function uvit(config: InputOf<'uvit'>): tf.LayersModel {
  return createModel({ kind: 'uvit', ...config });
}

/** The entry of a config's kind; it takes any config, of which only its own kind may be passed. */
function entryOf(config: ModelConfig): RegistryEntry<ModelConfig> {
  return registry[config.kind];
}
