import { TaskError } from '../src/errors.ts';

/** The code of the TaskError an action throws; any other error passes through. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof TaskError) return error.code;
    throw error;
  }
  return 'none';
}
