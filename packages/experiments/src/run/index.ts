export { portable, type Run, resolveRun, runKeys, runName, runSchema } from './run.ts';
export { shortHash } from './short-hash.ts';
export { type TrainRunOptions, trainRun } from './train-run.ts';
export { trainingSeconds } from './training-seconds.ts';
