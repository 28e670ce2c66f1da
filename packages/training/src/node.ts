export type { CheckpointChoice, Goodness } from './checkpoint-files.node.ts';
export { writeFileAtomically } from './files.node.ts';
export { lockDirectory } from './lock.node.ts';
export type { MetricsLine } from './metrics-file.node.ts';
export {
  openRunDirectory,
  type RunDirectory,
  type RunDirectoryOptions,
  readCheckpoint,
  readMetrics,
  readRunConfig,
} from './run-directory.node.ts';
export { selectBackend } from './select-backend.node.ts';
