export type { ImageTask } from '../images/image-config.ts';
export type { ImagesConfig } from '../images/image-schema.ts';
export { type ImageForm, readImages } from '../images/images-file.ts';
export { collapse } from '../probe/collapse.ts';
export type { Probe, Probed } from '../probe/probe.ts';
export { readTokenizer } from '../text/tokenizer-file.ts';
export { upgradeConfig } from './earlier-config.ts';
export { portable } from './portable.ts';
export {
  type CommonConfig,
  type ImageRun,
  type Run,
  type RunKindName,
  resolveRun,
  runName,
  type SequenceRun,
  sequenceRunOf,
  withConfig,
} from './run.ts';
export type { RunKind } from './run-kind.ts';
export { checkKindKeys, runKindOf, runKinds } from './run-kinds.ts';
export { type RunOptions, runKeys, runSchema } from './run-schema.ts';
export { shortHash } from './short-hash.ts';
export { type TrainedRun, type TrainRunOptions, trainRun } from './train-run.ts';
export { trainingSeconds } from './training-seconds.ts';
