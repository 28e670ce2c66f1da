import { readSafetensors, writeSafetensors } from '@switchyard/safetensors';
import * as tf from '@tensorflow/tfjs';
import { createModel, parseModelConfig } from './create-model.ts';
import { ModelError } from './errors.ts';
import { modelConfig, schemaVersion } from './model-config.ts';
import type { ModelConfig } from './registry.ts';

const format = 'switchyard-model';

/**
 * A model as a safetensors file: its weights under their names, `metadata`, and in the keys `format`, `schemaVersion` and
 * `config` what {@link fromSafetensors} needs to build it again.
 *
 * @param metadata more entries, such as the task and the step a model was trained to
 * @throws ModelError `SWITCHYARD_MODEL_UNKNOWN` if the model was not made by this package, `SWITCHYARD_MODEL_INPUT` if
 *   `metadata` uses one of the three keys
 */
export function toSafetensors(model: tf.LayersModel, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const own = { format, schemaVersion: String(schemaVersion), config: JSON.stringify(modelConfig(model)) };
  const taken = Object.keys(own).find((key) => key in metadata);
  if (taken !== undefined) {
    throw new ModelError('SWITCHYARD_MODEL_INPUT', `metadata must leave the key '${taken}' to the model: rename it`);
  }
  const tensors = model.weights.map((weight) => {
    const value = weight.read();
    return [weight.originalName, { dtype: 'F32', shape: value.shape, data: value.dataSync<'float32'>() }] as const;
  });
  return writeSafetensors(tensors, { ...metadata, ...own });
}

/**
 * The model of a file written by {@link toSafetensors}: the same config, the same weights to the bit.
 *
 * @throws SafetensorsError if the bytes are no safetensors file
 * @throws ModelError `SWITCHYARD_MODEL_FILE` if the file is not one of ours, or if a tensor is missing, unexpected, or of
 *   another shape or type than its config says
 */
export function fromSafetensors(bytes: Uint8Array): tf.LayersModel {
  const { tensors, metadata } = readSafetensors(bytes);
  const model = createModel(readConfig(metadata));
  const weights = new Map(model.weights.map((weight) => [weight.originalName, weight]));
  const problems = [
    ...[...tensors.keys()].filter((name) => !weights.has(name)).map((name) => `'${name}' is not one of its weights`),
    ...[...weights].flatMap(([name, weight]) => {
      const tensor = tensors.get(name);
      if (tensor === undefined) return `'${name}' is missing`;
      const fits = tensor.dtype === 'F32' && tf.util.arraysEqual([...tensor.shape], weight.shape.map(Number));
      return fits ? [] : `'${name}' must be F32 [${weight.shape}], is ${tensor.dtype} [${tensor.shape}]`;
    }),
  ];
  if (problems.length > 0) {
    const more = problems.length > 3 ? ` and ${problems.length - 3} more` : '';
    model.dispose();
    throw fileError(`its tensors do not fit its config (${model.name}): ${problems.slice(0, 3).join(', ')}${more}`);
  }
  for (const [name, weight] of weights) {
    // A copy: the array is a view of `bytes`, and some backends keep what they are given.
    const value = tf.tensor(Float32Array.from(tensors.get(name)!.data as Float32Array), weight.shape.map(Number));
    weight.write(value);
    value.dispose();
  }
  return model;
}

function readConfig(metadata: Readonly<Record<string, string>>): ModelConfig {
  const { format: receivedFormat, schemaVersion: receivedVersion, config = '' } = metadata;
  if (receivedFormat !== format || receivedVersion !== String(schemaVersion)) {
    const received = `format ${receivedFormat}, schemaVersion ${receivedVersion}`;
    throw fileError(`metadata must say format ${format}, schemaVersion ${schemaVersion}, says ${received}`);
  }
  try {
    return parseModelConfig(JSON.parse(config));
  } catch (cause) {
    throw fileError(`metadata config: ${(cause as Error).message}`, cause);
  }
}

function fileError(reason: string, cause?: unknown): ModelError {
  return new ModelError('SWITCHYARD_MODEL_FILE', `Not a model file of this package: ${reason}`, { cause });
}
