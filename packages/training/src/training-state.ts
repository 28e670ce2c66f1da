import * as tf from '@tensorflow/tfjs';
import type { Checkpoint, CheckpointTensor } from './checkpoint.ts';
import { TrainingError } from './errors.ts';
import { type Optimizer, slotNames } from './optimizer.ts';

/** The variables that a run changes: the model's weights, which it borrows, and slots and averages, which it owns. */
export interface TrainingState {
  readonly parameters: readonly tf.Variable[];
  /** One list for each of `slotNames(optimizer)`, in the order of `parameters`. */
  readonly slots: readonly (readonly tf.Variable[])[];
  /** Moving averages of `parameters`, in their order; empty without averaging. */
  readonly averages: readonly tf.Variable[];
  /** All of the state under the names it has in a checkpoint. */
  readonly named: ReadonlyMap<string, tf.Variable>;
  /** Disposes slots and averages. */
  dispose(): void;
}

/** The state at step 0: the model as it is, all slots 0, averages (where they are asked for) those of the model as it is. */
export function createTrainingState(model: tf.LayersModel, optimizer: Optimizer, averaging?: number): TrainingState {
  const parameters = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const slots = slotNames(optimizer).map(() =>
    parameters.map((parameter) => tf.tidy(() => tf.variable(tf.zerosLike(parameter), false))),
  );
  const named = new Map(modelWeights(model));
  for (const [slot, name] of slotNames(optimizer).entries()) {
    for (const [index, weight] of model.trainableWeights.entries()) {
      named.set(`optimizer/${name}/${index}/${weight.originalName}`, slots[slot]![index]!);
    }
  }
  const averages =
    averaging === undefined ? [] : parameters.map((weight) => tf.tidy(() => tf.variable(tf.add(weight, 0), false)));
  for (const [index, average] of averages.entries()) {
    named.set(`average/${index}/${model.trainableWeights[index]!.originalName}`, average);
  }
  return { parameters, slots, averages, named, dispose: () => tf.dispose([...slots.flat(), ...averages]) };
}

function modelWeights(model: tf.LayersModel): [string, tf.Variable][] {
  return model.weights.map((weight, index) => [`model/${index}/${weight.originalName}`, weight.read() as tf.Variable]);
}

/** Copies the values of named variables. */
export async function readVariables(named: ReadonlyMap<string, tf.Variable>): Promise<Map<string, CheckpointTensor>> {
  const tensors = new Map<string, CheckpointTensor>();
  for (const [name, variable] of named) {
    const data = (await variable.data()).slice() as Float32Array | Int32Array;
    tensors.set(name, { dtype: data instanceof Float32Array ? 'F32' : 'I32', shape: variable.shape, data });
  }
  return tensors;
}

/**
 * Sets a model's weights to those of a checkpoint: to their moving averages, where the run keeps them.
 *
 * @throws TrainingError `SWITCHYARD_CHECKPOINT_MISMATCH` where it belongs to another model
 */
export function restoreModel(model: tf.LayersModel, checkpoint: Checkpoint): void {
  const of = (part: string) => new Map([...checkpoint.tensors].filter(([name]) => name.startsWith(`${part}/`)));
  assignVariables(new Map(modelWeights(model)), of('model'));
  const averages = of('average');
  if (averages.size === 0) return;
  const trainable = model.trainableWeights.map(
    (weight, index) => [`average/${index}/${weight.originalName}`, weight.read() as tf.Variable] as const,
  );
  assignVariables(new Map(trainable), averages);
}

/**
 * Sets weights and optimizer slots to those of a checkpoint.
 *
 * @throws TrainingError `SWITCHYARD_CHECKPOINT_MISMATCH` where it belongs to another model or optimizer
 */
export function restoreState(state: TrainingState, optimizer: Optimizer, checkpoint: Checkpoint): void {
  if (checkpoint.optimizer !== optimizer.kind) throw mismatch(`${optimizer.kind} here, ${checkpoint.optimizer} there`);
  assignVariables(state.named, checkpoint.tensors);
}

/**
 * Sets variables to the tensors of a checkpoint. They are matched by position and shape rather than by name, because
 * tfjs numbers unnamed layers by how many the process has made before.
 *
 * @throws TrainingError `SWITCHYARD_CHECKPOINT_MISMATCH` before anything is changed
 */
function assignVariables(
  named: ReadonlyMap<string, tf.Variable>,
  tensors: ReadonlyMap<string, CheckpointTensor>,
): void {
  const values = new Map([...tensors].map(([name, tensor]) => [positionOf(name), tensor]));
  for (const [name, variable] of named) {
    const shape = values.get(positionOf(name))?.shape;
    if (shape?.join() !== variable.shape.join()) {
      throw mismatch(`${name} is [${variable.shape}] here and ${shape ? `[${shape}]` : 'missing'} there`);
    }
  }
  if (values.size !== named.size) throw mismatch(`${named.size} tensors here, ${values.size} there`);
  tf.tidy(() => {
    for (const [name, variable] of named) {
      const { data, shape } = values.get(positionOf(name))!;
      variable.assign(tf.tensor(data, [...shape], variable.dtype));
    }
  });
}

/** `model/3` of `model/3/dense/kernel`, `optimizer/mean/3` of `optimizer/mean/3/dense/kernel`. */
function positionOf(name: string): string {
  return /^(model|average|optimizer\/[^/]+)\/\d+/.exec(name)?.[0] ?? name;
}

function mismatch(reason: string): TrainingError {
  return new TrainingError(
    'SWITCHYARD_CHECKPOINT_MISMATCH',
    `the checkpoint is of another model or optimizer: ${reason}; build the model from the configuration of its run`,
  );
}
