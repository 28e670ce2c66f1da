import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyName, validate } from '@switchyard/experiments/config';
import {
  type Run,
  type RunKindName,
  type RunOptions,
  resolveRun,
  runKeys,
  runKindOf,
  runKinds,
  runSchema,
  upgradeConfig,
} from '@switchyard/experiments/run';
import { createModel, fromSafetensors, type ModelConfig, modelConfig } from '@switchyard/models';
import { readSafetensors } from '@switchyard/safetensors';
import { type BackendName, backendNames, decodeCheckpoint, restoreModel } from '@switchyard/training';
import { readCheckpoint, readRunConfig } from '@switchyard/training/node';
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { asUsage, errorCode, isHouseError, UsageError } from '../errors.ts';
import { resolveBackend } from './backend.ts';

/** Keys of commands that read a run. */
export const loadKeys = {
  run: z.string().describe('run directory'),
  checkpoint: z
    .union([z.int().min(0), z.string()])
    .default('latest')
    .describe(
      'which weights: latest, best (by accuracy; of text by bits per byte, of images by Fréchet distance), the number of a step, or a .safetensors file',
    ),
  backend: z.enum(backendNames).optional().describe('where tensors live; by default as in the run'),
};

/** A trained model and the run it comes from. */
export interface LoadedRun {
  readonly run: Run;
  readonly model: tf.LayersModel;
}

/** The options of a run directory, and how messages name its keys. */
export async function readRunOptions(directory: string): Promise<{ options: RunOptions; name: KeyName }> {
  const values = upgradeConfig(await asUsage(() => readRunConfig(directory)));
  const name = (key: string) => `${join(directory, 'config.yaml')}: ${key}`;
  return { options: validate(runSchema, values, runKeys(runSchema), name), name };
}

/** The model of a `.safetensors` file, which must be the run's: a checkpoint, or a file of `switchyard export`. */
function modelOfFile(path: string, config: ModelConfig): tf.LayersModel {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(
      `cannot read ${path} (${errorCode(error)}): --checkpoint takes latest, best, a step or a file`,
    );
  }
  let model: tf.LayersModel;
  try {
    if (readSafetensors(bytes).metadata.format === 'switchyard-checkpoint') {
      model = createModel(config);
      restoreModel(model, decodeCheckpoint(bytes));
      return model;
    }
    model = fromSafetensors(bytes);
  } catch (error) {
    if (!isHouseError(error)) throw error;
    throw new UsageError(`cannot take weights from ${path}: ${error.message}`, { cause: error });
  }
  const [theirs, ours] = [modelConfig(model), config].map((each) => ({ ...each, seed: 0 }));
  if (JSON.stringify(theirs) !== JSON.stringify(ours)) {
    throw new UsageError(
      `${path} holds another model (${JSON.stringify(theirs)}) than the run: choose a file of this run`,
    );
  }
  return model;
}

/** Which weights of which run, and where they are to live. */
export interface WeightsSource {
  readonly run: string;
  readonly checkpoint: string | number;
  readonly backend?: BackendName | undefined;
}

/**
 * A run, and its model with the weights of one of its checkpoints; says on stderr which.
 *
 * @param check refuses runs before weights are read
 * @throws UsageError where the directory is no run, or the weights are not there or of another model
 */
export function loadRun(source: WeightsSource, check: (run: Run) => void = () => {}): Promise<LoadedRun> {
  return asUsage(async () => {
    const { options, name } = await readRunOptions(source.run);
    const run = resolveRun(options, name);
    check(run);
    return { run, model: await readWeights(source, run.kind, run.config) };
  });
}

/** The same without the data of its task, which need not be there. */
export function loadModel(source: WeightsSource): Promise<{ options: RunOptions; model: tf.LayersModel }> {
  return asUsage(async () => {
    const { options, name } = await readRunOptions(source.run);
    const kind = runKindOf(options.task.kind);
    const model = runKinds[kind].readModel(source.run, options, name);
    return { options, model: await readWeights(source, kind, { model, backend: options.backend }) };
  });
}

/** @param config the run's model, and the backend that it takes where the source names none */
async function readWeights(
  { run: directory, checkpoint: choice, backend }: WeightsSource,
  kind: RunKindName,
  config: { readonly model: ModelConfig; readonly backend: BackendName },
): Promise<tf.LayersModel> {
  await resolveBackend(backend ?? config.backend);
  if (typeof choice === 'string' && choice !== 'latest' && choice !== 'best') return modelOfFile(choice, config.model);
  const { checkpoint, path, warnings } = await readCheckpoint(directory, choice, runKinds[kind].goodness);
  for (const { message } of warnings) process.stderr.write(`warning: ${message}\n`);
  const model = createModel(config.model);
  restoreModel(model, checkpoint);
  process.stderr.write(`weights of ${path}\n`);
  return model;
}
