import { pathToFileURL } from 'node:url';
import type { StartExecutor } from '../src/executors/executor.ts';
import { localExecutor } from '../src/executors/local.ts';
import { sourcePath, typescriptFlags } from './typescript-worker.ts';

/** The local executor, its processes running the sources as they stand. */
export const localSources = (workers: number): StartExecutor =>
  localExecutor({
    workers,
    module: { url: pathToFileURL(sourcePath('executors/local-worker.ts')), options: typescriptFlags() },
  });
