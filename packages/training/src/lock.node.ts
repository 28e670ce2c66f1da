import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { TrainingError } from './errors.ts';
import { errorCode, writeError } from './files.node.ts';

/** Locks that this process holds: a lock with our own process id that is not among them was left by a predecessor. */
const held = new Set<string>();

/**
 * Takes the lock of a directory, so that two processes never write one run. The lock of a process that is gone is taken over.
 *
 * @returns a function that gives it back
 * @throws TrainingError `SWITCHYARD_RUN_LOCKED` naming the process that holds it
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, 'lock');
  const mine = `${JSON.stringify({ pid: process.pid, started: startOf(process.pid), host: hostname() })}\n`;
  const temporary = `${path}.${process.pid}.tmp`;
  for (;;) {
    try {
      writeFileSync(temporary, mine);
      linkSync(temporary, path); // creates the lock with its content in one step, or fails where there is one
      held.add(path);
      return () => {
        held.delete(path);
        rmSync(path, { force: true });
      };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw writeError(path, error);
    } finally {
      rmSync(temporary, { force: true });
    }
    removeStale(path);
  }
}

/** Removes the lock of a process that is gone. */
function removeStale(path: string): void {
  const content = read(path);
  if (content === undefined) return;
  const owner = parse(content);
  if (owner && (owner.host !== hostname() || isAlive(path, owner))) {
    throw new TrainingError(
      'SWITCHYARD_RUN_LOCKED',
      `process ${owner.pid} on ${owner.host} writes this run: wait for it, or, if you know that it is gone, delete ${path}`,
    );
  }
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    // Somebody else may have taken the stale lock over since it was read: then what was moved away is theirs.
    if (read(aside) !== content) linkSync(aside, path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EEXIST') throw writeError(path, error);
  } finally {
    rmSync(aside, { force: true });
  }
}

interface Owner {
  readonly pid: number;
  readonly started: string;
  readonly host: string;
}

function parse(content: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(content);
    return typeof owner === 'object' && owner !== null && 'pid' in owner ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(path: string, owner: Owner): boolean {
  if (owner.pid === process.pid) return held.has(path);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM'; // it lives, and is somebody else's
  }
  return startOf(owner.pid) === owner.started;
}

/** When a process started, in ticks since boot, where the system tells (Linux): process ids are used again. */
function startOf(pid: number): string {
  return read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ')[19] ?? '';
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
