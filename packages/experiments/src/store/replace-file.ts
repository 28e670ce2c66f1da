import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { errorCode } from '../config/config-error.ts';
import { ExperimentError } from '../errors.ts';

/**
 * Puts a file in the place of another at once.
 *
 * @returns its path
 * @throws ExperimentError `SWITCHYARD_RESULTS` where it cannot be written; then nothing has changed
 */
export function replaceFile(path: string, content: string | Uint8Array): string {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new ExperimentError('SWITCHYARD_RESULTS', `cannot write ${path}: ${errorCode(error)}`, { cause: error });
  }
  return path;
}
