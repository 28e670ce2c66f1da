import { engine, keep, type Tensor } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { bringHome, createHome, type Home } from './home.ts';
import { byteLength } from './memory.ts';
import type { Run } from './run.ts';
import { describe } from './trace.ts';
import type { Variables } from './variables.ts';

/** What a step takes from outside besides its inputs. */
export interface Surroundings {
  /** Of the variables that it reads or changes. */
  readonly homes: readonly Home[];
  /** The other tensors that it reads, kept at their places. */
  readonly constants: readonly { readonly keeper: Tensor; readonly address: number; readonly bytes: number }[];
}

/**
 * Gives the variables that a run read or assigned homes, and keeps the other tensors that it read.
 *
 * @param before the variables as they were before the run
 */
export function settle(backend: SimdBackend, run: Run, before: Variables, inputs: readonly Tensor[]): Surroundings {
  const { used } = run.trace;
  const touched = [...before].filter(([variable, dataId]) => run.moved.has(variable) || used.has(dataId));
  const known = new Set([...touched.map(([, dataId]) => dataId), ...inputs.map(({ dataId }) => dataId)]);
  const others = [...used.values()].filter(({ dataId }) => !known.has(dataId));
  return {
    constants: others.map((info) => {
      backend.incRef(info.dataId);
      const keeper = keep(engine().makeTensorFromTensorInfo(info, backend));
      const entry = backend.entry(keeper);
      return { keeper, address: entry.address, bytes: byteLength(entry) };
    }),
    homes: touched.map(([variable]) => createHome(backend, variable, run.moved.has(variable))),
  };
}

/** What a later run took from outside that the first did not. */
export function strangerIn(
  run: Run,
  { homes, constants }: Surroundings,
  inputs: readonly Tensor[],
): string | undefined {
  const keepers = [...homes, ...constants].map(({ keeper }) => keeper);
  const known = new Set([...inputs, ...keepers].map(({ dataId }) => dataId));
  const stranger = [...run.trace.used.values()].find(({ dataId }) => !known.has(dataId));
  if (stranger === undefined) return undefined;
  return `it takes another ${describe(stranger)} tensor from outside in one run than in the next: make it an input or a variable`;
}

/** Makes everything ready for a replay; returns what makes it impossible. */
export function prepare(backend: SimdBackend, { homes, constants }: Surroundings): string | undefined {
  for (const { keeper, address } of constants) {
    const entry = backend.entry(keeper);
    if (entry.refCount > 1 && entry.address === address) continue;
    return `a ${describe(keeper)} tensor that it takes from outside was disposed: make it an input or a variable`;
  }
  for (const home of homes) {
    const obstacle = bringHome(backend, home);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}
