// What of runs on sequences needs no Node: configurations, and tasks of them.
export { ConfigError } from '../config/config-error.ts';
export { createTask, taskVariants } from '../config/task.ts';
export { validate } from '../config/validate.ts';
export { portable } from '../run/portable.ts';
export type { SequenceRun } from '../run/run.ts';
export { runKeys, runSchema } from '../run/run-schema.ts';
export { sequences } from '../run/sequence-run.ts';
