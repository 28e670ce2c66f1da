import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ResultRow } from '../src/store/read-results.ts';
import { studyOf } from './temporary.ts';

/** A study that trains for real: four runs that take a second or so each, long enough to be disturbed. */
export const smallStudy = (values: object = {}) =>
  studyOf({
    base: {
      window: 6,
      batchSize: 8,
      model: { width: 8, depth: 1 },
      log: { every: 10 },
      evaluation: { every: 100, batches: 1, batchSize: 50 },
      checkpoint: { every: 50, keep: 1 },
    },
    factors: { 'model.attention': ['dpa', 'ea'] },
    budget: { steps: 400 },
    ...values,
  });

/** What a study measured, times aside: it must not depend on what happened on the way. */
export function numbers(rows: readonly ResultRow[]) {
  return rows.map(({ runHash, factors, seed, status, result, curve }) => {
    const { seconds: _, finished: __, ...measures } = result ?? { seconds: 0 };
    return { runHash, factors, seed, status, measures, curve: curve() };
  });
}

/** Waits until something holds. */
export async function until<T>(what: () => T | undefined | false): Promise<T> {
  for (;;) {
    const value = what();
    if (value) return value;
    await setTimeout(5);
  }
}

/** A run directory in which a process is training right now and has a checkpoint, and that process. */
export function trainingNow(study: { readonly directory: string }): { directory: string; pid: number } | undefined {
  const runs = join(study.directory, 'runs');
  for (const name of existsSync(runs) ? readdirSync(runs) : []) {
    const directory = join(runs, name);
    try {
      const { pid } = JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'));
      if (readdirSync(join(directory, 'checkpoints')).some((file) => file.endsWith('.safetensors'))) {
        return { directory, pid };
      }
    } catch {
      // It has not begun, or is over.
    }
  }
  return undefined;
}
