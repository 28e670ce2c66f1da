import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TrainingError } from './errors.ts';

/**
 * Writes a file whole or not at all: to a temporary name beside it, synced, then renamed over it, the directory synced.
 *
 * @throws TrainingError `SWITCHYARD_RUN_WRITE`; what stood at `path` before is then untouched, no temporary file is left
 */
export async function writeFileAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await withHandle(temporary, 'w', async (handle) => {
      await handle.writeFile(content);
      await handle.sync();
    });
    await rename(temporary, path);
    // Windows cannot open directories, and needs no such sync.
    if (process.platform !== 'win32') await withHandle(dirname(path), 'r', (directory) => directory.sync());
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(path, error);
  }
}

/**
 * Runs what writes a file.
 *
 * @throws TrainingError `SWITCHYARD_RUN_WRITE` in place of a system error
 */
export function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw writeError(path, error);
  }
}

/** The error for a file that cannot be written: which one, why, and what to do. */
export function writeError(path: string, cause: unknown): TrainingError {
  const code = errorCode(cause);
  const reasons: Record<string, string> = {
    ENOSPC: 'the disk is full: free some space and run the same command again, it resumes from the last checkpoint',
    EDQUOT: 'the quota is used up: free some space and run the same command again, it resumes from the last checkpoint',
    EACCES: 'permission denied: choose a directory that you may write',
    EROFS: 'the file system is read-only: choose another directory',
    ENOTDIR: 'a part of the path is a file: choose another directory',
    EEXIST: 'a file stands in its place: choose another directory',
  };
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new TrainingError('SWITCHYARD_RUN_WRITE', `cannot write ${path}: ${reason}`, { cause });
}

/** The `code` of a system error, or the empty string. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

async function withHandle(
  path: string,
  flags: string,
  use: (handle: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const handle = await open(path, flags);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
