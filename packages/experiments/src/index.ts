export { ExperimentError, type ExperimentErrorCode } from './errors.ts';
export type { CurvePoint, ResultRow, RunResult } from './store/result.ts';
export {
  type Comparison,
  type Factors,
  type Level,
  type Selector,
  type StudyConfig,
  studySchema,
} from './study/schema.ts';
