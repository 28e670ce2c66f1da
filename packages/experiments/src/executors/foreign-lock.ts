import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/**
 * Removes the lock that a process of another machine has left in a run directory. Only its own machine can tell whether
 * the process is gone; to be called when a queue knows that it is, or has not heard of it for a while.
 */
export function removeForeignLock(runDirectory: string): void {
  const path = join(runDirectory, 'lock');
  try {
    if (JSON.parse(readFileSync(path, 'utf8')).host !== hostname()) rmSync(path, { force: true });
  } catch {
    // There is none.
  }
}
