import { ConfigError } from '../config/config-error.ts';
import type { KeyName } from '../config/validate.ts';
import { type Values, valueAt } from '../config/values.ts';
import { images } from '../images/image-run.ts';
import { text } from '../text/text-run.ts';
import type { RunKindName } from './run.ts';
import { kindKeys, type RunKind } from './run-kind.ts';
import { sequences } from './sequence-run.ts';

/** Every kind of run: to add one, write it in a file of its own and name it here and in `Run`. */
export const runKinds: Readonly<Record<RunKindName, RunKind>> = { sequences, text, images };

/** The kind of the runs on a kind of task: one that makes its sequences itself has no kind of its own. */
export function runKindOf(task: string): RunKindName {
  return task === 'text' || task === 'images' ? task : 'sequences';
}

/**
 * Refuses keys that runs of a kind do not have.
 *
 * @throws ConfigError
 */
export function checkKindKeys(values: Values, kind: RunKindName, name: KeyName): void {
  for (const key of kindKeys) {
    const value = valueAt(values, key.split('.'));
    if (value === undefined || runKinds[kind].keys.includes(key)) continue;
    throw new ConfigError(`${name(key)} is ${value}, but runs on ${kind} have no such key: leave it out`);
  }
}
