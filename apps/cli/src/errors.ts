import { errorCode, isHouseError } from '@switchyard/experiments/config';

export { errorCode, isHouseError };

/** What a process of the command line tells its caller. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** A command line or a configuration that cannot be carried out: one line for the user, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'SWITCHYARD_USAGE';
}

/** The user interrupted a run, and what could be saved has been: exit code 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly code = 'SWITCHYARD_INTERRUPTED';
}

/** Codes of errors that the packages find in what the user wrote. */
const usageCodes = ['SWITCHYARD_USAGE', 'SWITCHYARD_CONFIG', 'SWITCHYARD_STUDY', 'SWITCHYARD_CHECKPOINT_MISMATCH'];

/** True where the command line or the files it names are at fault, whoever finds it. */
export function isUsageError(error: unknown): boolean {
  return usageCodes.includes(errorCode(error));
}

/**
 * Runs the part of a command that only turns configuration into objects: what the packages reject there is a bad
 * configuration, whichever of them rejects it.
 *
 * @throws UsageError in place of any error of the house
 */
export async function asUsage<T>(build: () => T | Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (error) {
    if (isHouseError(error) && !(error instanceof InterruptedError))
      throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
