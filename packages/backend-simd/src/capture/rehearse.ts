import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import type { Home } from './home.ts';
import { byteLength, bytesAt, equalBytes } from './memory.ts';
import { type Recording, replay } from './recording.ts';

/** Copies of the values of variables at home. */
export function valuesOf(backend: SimdBackend, homes: readonly Home[]): Uint8Array[] {
  return homes.map(({ address, bytes }) => bytesAt(backend, address, bytes).slice());
}

function setValues(backend: SimdBackend, homes: readonly Home[], values: readonly Uint8Array[]): void {
  for (const [i, { address, bytes }] of homes.entries()) bytesAt(backend, address, bytes).set(values[i]!);
}

/**
 * Replays a step that was just run, from where it started, and compares: once in an arena of zeros, once on what the first replay left,
 * as later replays do. Variables end with the values that the run gave them.
 *
 * @param start values of the variables before the run
 * @param outputs of the run
 * @returns what came out differently
 */
export function rehearse(
  backend: SimdBackend,
  recording: Recording,
  homes: readonly Home[],
  start: readonly Uint8Array[],
  outputs: readonly Tensor[],
): string | undefined {
  const values = valuesOf(backend, homes);
  const bytesOf = (tensor: Tensor) => {
    const entry = backend.entry(tensor);
    return bytesAt(backend, entry.address, byteLength(entry));
  };
  try {
    for (let round = 0; round < 2; round++) {
      setValues(backend, homes, start);
      const replayed = replay(backend, recording);
      const output = outputs.findIndex((tensor, i) => !equalBytes(bytesOf(tensor), bytesOf(replayed[i]!)));
      dispose(replayed);
      if (output >= 0) return `a replay gave another output ${output} than the run`;
      const home = homes.find(({ address, bytes }, i) => !equalBytes(bytesAt(backend, address, bytes), values[i]!));
      if (home !== undefined) return `a replay gave variable ${home.variable.name} another value than the run`;
    }
    return undefined;
  } catch (error) {
    return `its replay failed: ${error instanceof Error ? error.message : error}`;
  } finally {
    setValues(backend, homes, values);
  }
}
