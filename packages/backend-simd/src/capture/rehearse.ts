import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { byteLength, bytesAt, equalBytes } from './memory.ts';
import { type Recording, replay } from './recording.ts';
import type { Surroundings } from './surroundings.ts';

/** The bytes of everything from outside that a step may change. */
export function snapshot(backend: SimdBackend, { homes, constants }: Surroundings): Uint8Array[] {
  return [...homes, ...constants].map(({ address, bytes }) => bytesAt(backend, address, bytes).slice());
}

/**
 * Replays a step that was just run, from where it started, and compares: once in an arena of zeros, once on what the first replay left,
 * as later replays do. Variables end with the values that the run gave them.
 *
 * @param start snapshot from before the run
 * @param outputs of the run
 * @returns what came out differently
 */
export function rehearse(
  backend: SimdBackend,
  recording: Recording,
  surroundings: Surroundings,
  start: readonly Uint8Array[],
  outputs: readonly Tensor[],
): string | undefined {
  const places = [...surroundings.homes, ...surroundings.constants];
  const end = snapshot(backend, surroundings);
  const restore = (values: readonly Uint8Array[]) => {
    for (const [i, { address, bytes }] of places.entries()) bytesAt(backend, address, bytes).set(values[i]!);
  };
  const bytesOf = (tensor: Tensor) => {
    const entry = backend.entry(tensor);
    return bytesAt(backend, entry.address, byteLength(entry));
  };
  try {
    for (let round = 0; round < 2; round++) {
      restore(start);
      const replayed = replay(backend, recording);
      const output = outputs.findIndex((tensor, i) => !equalBytes(bytesOf(tensor), bytesOf(replayed[i]!)));
      dispose(replayed);
      if (output >= 0) return `a replay gave another output ${output} than the run`;
      const other = places.findIndex(({ address, bytes }, i) => !equalBytes(bytesAt(backend, address, bytes), end[i]!));
      const name = surroundings.homes[other]?.variable.name;
      if (other >= 0)
        return `a replay left variable ${name ?? '(a tensor from outside)'} with another value than the run`;
    }
    return undefined;
  } catch (error) {
    return `its replay failed: ${error instanceof Error ? error.message : error}`;
  } finally {
    restore(end);
  }
}
