import { type DataId, engine, keep, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { isNumeric } from '../tensor-entry.ts';
import { createHome, type Home, prepareHome } from './home.ts';
import type { Trace } from './trace.ts';

/** What a step takes from outside besides its inputs. */
export interface Surroundings {
  /** Of the variables that it reads or changes. */
  readonly homes: readonly Home[];
  /** Keep the other tensors that it reads: they are constants. */
  readonly keepers: readonly { readonly tensor: Tensor; readonly address: number }[];
}

/** Every variable with the data id that it has now. */
export type Variables = ReadonlyMap<Variable, DataId>;

export function variablesNow(): Variables {
  return new Map(Object.values(engine().registeredVariables).map((variable) => [variable, variable.dataId]));
}

/** What a run did with variables that a replay could not do. */
export function variableObstacle(before: Variables): string | undefined {
  const after = variablesNow();
  const made = [...after.keys()].find((variable) => !before.has(variable));
  if (made !== undefined) return `it makes variable ${made.name}: make it before, or in the first calls (warmUp)`;
  const gone = [...before.keys()].find((variable) => !after.has(variable));
  if (gone !== undefined) return `it disposes variable ${gone.name}`;
  const moved = [...before].filter(([variable, dataId]) => variable.dataId !== dataId);
  const foreign = moved.find(([{ dtype }]) => !isNumeric(dtype));
  if (foreign !== undefined) return `it assigns variable ${foreign[0].name}, which is ${foreign[0].dtype}`;
  const left = new Map(moved.map(([variable, dataId]) => [dataId, variable]));
  for (const [variable] of moved) {
    const other = left.get(variable.dataId);
    if (other !== undefined)
      return `it assigns to variable ${variable.name} what variable ${other.name} held: assign a copy, such as tf.add(x, 0)`;
  }
  return undefined;
}

/** Gives the variables that a run read or moved homes, and keeps the other tensors that it read. */
export function settle(backend: SimdBackend, trace: Trace, before: Variables, inputs: readonly Tensor[]): Surroundings {
  const touched = [...before].filter(([variable, dataId]) => variable.dataId !== dataId || trace.used.has(dataId));
  const known = new Set([...touched.map(([, dataId]) => dataId), ...inputs.map(({ dataId }) => dataId)]);
  const others = [...trace.used.values()].filter(({ dataId }) => !known.has(dataId));
  return {
    keepers: others.map((info) => {
      backend.incRef(info.dataId);
      const tensor = keep(engine().makeTensorFromTensorInfo(info, backend));
      return { tensor, address: backend.entry(tensor).address };
    }),
    homes: touched.map(([variable]) => createHome(backend, variable)),
  };
}

/** What a later run took from outside that the first did not. */
export function strangerIn(
  trace: Trace,
  { homes, keepers }: Surroundings,
  inputs: readonly Tensor[],
): string | undefined {
  const known = new Set(
    [...inputs, ...keepers.map(({ tensor }) => tensor), ...homes.map(({ keeper }) => keeper)].map(
      ({ dataId }) => dataId,
    ),
  );
  const stranger = [...trace.used.values()].find(({ dataId }) => !known.has(dataId));
  return (
    stranger &&
    `it took another ${stranger.dtype} [${stranger.shape}] tensor from outside in one run than in the next: make such a tensor an input or a variable`
  );
}

/** Makes everything ready for a replay; returns what makes it impossible. */
export function prepare(backend: SimdBackend, { homes, keepers }: Surroundings): string | undefined {
  for (const { tensor, address } of keepers) {
    const entry = backend.entry(tensor);
    if (entry.refCount > 1 && entry.address === address) continue;
    return `a ${tensor.dtype} [${tensor.shape}] tensor that it takes from outside was disposed: make it an input or a variable`;
  }
  for (const home of homes) {
    const obstacle = prepareHome(backend, home);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

export function disposeSurroundings({ homes, keepers }: Surroundings): void {
  for (const { keeper } of homes) keeper.dispose();
  for (const { tensor } of keepers) tensor.dispose();
}
