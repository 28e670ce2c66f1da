export { type DelayedSumOptions, delayedSum } from './delayed-sum.ts';
export { TaskError } from './errors.ts';
export { type IarcOptions, iarc } from './iarc.ts';
export { mixture } from './mixture.ts';
export type { Batch, BatchRequest, SequenceTask, Vocabulary } from './types.ts';
