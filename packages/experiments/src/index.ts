export { ExperimentError, type ExperimentErrorCode } from './errors.ts';
export { type BullmqOptions, bullmqExecutor } from './executors/bullmq.ts';
export type { Executor, ExecutorListener, Outcome, RunProgress, StartExecutor } from './executors/executor.ts';
export { type LocalOptions, localExecutor } from './executors/local.ts';
export { type ServeOptions, serveQueue } from './executors/serve-queue.ts';
export { type SlurmOptions, slurmExecutor } from './executors/slurm.ts';
export type { ComparisonResult } from './report/compare.ts';
export type { ComparisonGroup } from './report/comparison-group.ts';
export { spread } from './report/drawing/scale.ts';
export type { Verdict } from './report/verdict.ts';
export { type WrittenReport, writeReport } from './report/write-report.ts';
export { type RunningRun, type RunStudyOptions, runStudy, type StudyStatus } from './run-study.ts';
export { cliffsDelta, pairedCohensD } from './statistics/effect-size.ts';
export { holm } from './statistics/holm.ts';
export { type IntervalOptions, type MeanInterval, meanInterval } from './statistics/interval.ts';
export { type LearningCurvePoint, learningCurve, type RunCurve } from './statistics/learning-curve.ts';
export {
  type DesignPoint,
  type FactorEffect,
  type LevelEffect,
  type MainEffects,
  mainEffects,
} from './statistics/main-effects.ts';
export type { Moments } from './statistics/moments.ts';
export { type Alternative, type SignFlipTest, signFlipTest, smallestP } from './statistics/sign-flip.ts';
export { type ResultRow, readResults } from './store/read-results.ts';
export type { CurvePoint, Measures, RunResult } from './store/result.ts';
export { combinations, levelsOf, matches } from './study/levels.ts';
export { loadStudy, type Study } from './study/load-study.ts';
export { lowerIsBetter, metricOf } from './study/metric.ts';
export type { PlannedRun } from './study/plan.ts';
export type { RunRequest } from './study/run-request.ts';
export {
  type Comparison,
  type Factors,
  type Level,
  type Selector,
  type StudyConfig,
  studySchema,
} from './study/schema.ts';
