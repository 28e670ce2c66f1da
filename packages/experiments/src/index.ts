export { ExperimentError, type ExperimentErrorCode } from './errors.ts';
export type { Executor, ExecutorListener, Outcome, RunProgress, StartExecutor } from './executors/executor.ts';
export { type LocalOptions, localExecutor } from './executors/local.ts';
export { type RunningRun, type RunStudyOptions, runStudy, type StudyStatus } from './run-study.ts';
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
