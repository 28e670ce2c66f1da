import { type DataId, engine, type Variable } from '@tensorflow/tfjs-core';
import { isNumeric } from '../tensor-entry.ts';

/** Every variable, with its data id at some time. */
export type Variables = ReadonlyMap<Variable, DataId>;

export function variablesNow(): Variables {
  return new Map(Object.values(engine().registeredVariables).map((variable) => [variable, variable.dataId]));
}

/** Variables that were assigned since; `assign` moves a variable to the buffer of the new value. */
export function movedSince(before: Variables): Variable[] {
  return [...before].filter(([variable, dataId]) => variable.dataId !== dataId).map(([variable]) => variable);
}

/** What a step did with variables that a replay cannot do. */
export function variableObstacle(before: Variables): string | undefined {
  const after = variablesNow();
  const made = [...after.keys()].find((variable) => !before.has(variable));
  if (made !== undefined) return `it makes variable ${made.name}: make it before, or in the first calls (warmUp)`;
  const gone = [...before.keys()].find((variable) => !after.has(variable));
  if (gone !== undefined) return `it disposes variable ${gone.name}`;
  const moved = movedSince(before);
  const foreign = moved.find(({ dtype }) => !isNumeric(dtype));
  if (foreign !== undefined) return `it assigns variable ${foreign.name}, which is ${foreign.dtype}`;
  const left = new Map(moved.map((variable) => [before.get(variable), variable]));
  const heir = moved.find(({ dataId }) => left.has(dataId));
  if (heir === undefined) return undefined;
  return `it assigns to variable ${heir.name} what variable ${left.get(heir.dataId)!.name} held: assign a copy, such as tf.add(x, 0)`;
}
