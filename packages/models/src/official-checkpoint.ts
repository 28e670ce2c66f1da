import { readSafetensors, writeSafetensors } from '@switchyard/safetensors';
import * as tf from '@tensorflow/tfjs';
import { createModel, officialWeightsOf } from './create-model.ts';
import { ModelError } from './errors.ts';
import { floatsOf, floatTypes } from './floats-of.ts';
import { modelConfig } from './model-config.ts';
import {
  fromOfficialTensors,
  type OfficialTensor,
  type OfficialWeight,
  toOfficialTensors,
} from './official-weights.ts';
import type { ModelConfig, ModelInput } from './registry.ts';

export interface OfficialOptions {
  /** What the file writes before every name; tensors without it are passed over. Default ''. */
  readonly prefix?: string;
}

/**
 * A model with the weights of a checkpoint in the official code's names and layouts.
 *
 * @param bytes a safetensors file, every tensor F32, F16 or BF16
 * @param config what the model is: such files do not say it
 * @throws SafetensorsError if the bytes are no safetensors file
 * @throws ModelError `SWITCHYARD_MODEL_CONFIG`; `SWITCHYARD_MODEL_FILE` if a tensor is missing, unexpected, or of another shape
 *   or type than the config says; `SWITCHYARD_MODEL_UNKNOWN` for a kind of which there is no official code
 */
export function fromOfficial(
  bytes: Uint8Array,
  config: ModelInput,
  { prefix = '' }: OfficialOptions = {},
): tf.LayersModel {
  const model = createModel(config);
  try {
    const mapping = mappingOf(modelConfig(model));
    const named = [...readSafetensors(bytes).tensors].filter(([name]) => name.startsWith(prefix));
    const found = new Map(named.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
    const expected = new Map(mapping.flatMap(({ tensors }) => tensors.map((tensor) => [tensor.name, tensor])));
    const problems = [
      ...[...found.keys()].filter((name) => !expected.has(name)).map((name) => `'${prefix}${name}' is unexpected`),
      ...[...expected].flatMap(([name, { shape }]) => {
        const tensor = found.get(name);
        if (tensor === undefined) return `'${prefix}${name}' is missing`;
        const fits = floatTypes.includes(tensor.dtype) && tf.util.arraysEqual([...tensor.shape], [...shape]);
        return fits
          ? []
          : `'${prefix}${name}' must be ${floatTypes.join(', ')} [${shape}], is ${tensor.dtype} [${tensor.shape}]`;
      }),
    ];
    if (problems.length > 0) {
      const more = problems.length > 3 ? ` and ${problems.length - 3} more` : '';
      const reason = `${problems.slice(0, 3).join(', ')}${more}`;
      throw new ModelError('SWITCHYARD_MODEL_FILE', `Not a checkpoint of this config (${model.name}): ${reason}`);
    }
    for (const { weight, tensors } of mapping) {
      const values = tensors.map(({ name }) => floatsOf(found.get(name)!)!);
      const target = weightOf(model, weight);
      const value = fromOfficialTensors(tensors, values, target.shape.map(Number));
      target.write(value);
      value.dispose();
    }
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/**
 * A model as a safetensors file in the official code's names and layouts, which {@link fromOfficial} reads.
 *
 * @throws ModelError `SWITCHYARD_MODEL_UNKNOWN` if the model was not made by this package, or of a kind of which there is no
 *   official code
 */
export function toOfficial(model: tf.LayersModel, { prefix = '' }: OfficialOptions = {}): Uint8Array {
  const entries = mappingOf(modelConfig(model)).flatMap(({ weight, tensors }) => {
    const values = toOfficialTensors(tensors, weightOf(model, weight).read());
    return tensors.map(({ name, shape }: OfficialTensor, index) => {
      return [`${prefix}${name}`, { dtype: 'F32', shape: [...shape], data: values[index]! }] as const;
    });
  });
  return writeSafetensors(entries, { format: 'pt' });
}

function mappingOf(config: ModelConfig): OfficialWeight[] {
  const mapping = officialWeightsOf(config);
  if (mapping) return mapping;
  throw new ModelError(
    'SWITCHYARD_MODEL_UNKNOWN',
    `There is no official code of kind ${config.kind}: use toSafetensors`,
  );
}

function weightOf(model: tf.LayersModel, name: string): tf.LayerVariable {
  const weight = model.weights.find(({ originalName }) => originalName === name);
  if (weight) return weight;
  throw new Error(`model '${model.name}' has no weight '${name}'`);
}
