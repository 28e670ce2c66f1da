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

/** The code of an error that carries one: system errors (`ENOENT`) and errors of the house (`SWITCHYARD_…`). */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** True for errors whose message is written for the user; anything else is a defect and keeps its stack. */
export function isHouseError(error: unknown): error is Error {
  return errorCode(error).startsWith('SWITCHYARD_');
}

/** True where the command line or the files it names are at fault, whoever finds it. */
export function isUsageError(error: unknown): boolean {
  return error instanceof UsageError || errorCode(error) === 'SWITCHYARD_CHECKPOINT_MISMATCH';
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
