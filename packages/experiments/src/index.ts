export { ExperimentError, type ExperimentErrorCode } from './errors.ts';
export { type ResultRow, readResults } from './store/read-results.ts';
export type { CurvePoint, RunResult } from './store/result.ts';
export { combinations, levelsOf, matches } from './study/levels.ts';
export { loadStudy, type Study } from './study/load-study.ts';
export { lowerIsBetter, metricOf } from './study/metric.ts';
export {
  type Comparison,
  type Factors,
  type Level,
  type Selector,
  type StudyConfig,
  studySchema,
} from './study/schema.ts';
