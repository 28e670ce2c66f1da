export type { ImageTask } from '../images/image-config.ts';
export { type ImageRun, imageObjective, isImageRun } from '../images/image-objective.ts';
export { readTokenizer } from '../text/tokenizer-file.ts';
export {
  portable,
  type Run,
  resolveModel,
  resolveRun,
  runKeys,
  runName,
  runSchema,
  sequenceTaskOf,
  type TaskTokens,
} from './run.ts';
export { shortHash } from './short-hash.ts';
export { type TrainedRun, type TrainRunOptions, trainRun } from './train-run.ts';
export { trainingSeconds } from './training-seconds.ts';
