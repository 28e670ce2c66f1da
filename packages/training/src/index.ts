export { applyUpdate } from './apply-update.ts';
export {
  type Checkpoint,
  type CheckpointStore,
  type CheckpointTensor,
  decodeCheckpoint,
  encodeCheckpoint,
} from './checkpoint.ts';
export { type TrainingConfig, type TrainingConfigInput, trainingSchema } from './config.ts';
export { BackendError, TrainingError, type TrainingErrorCode } from './errors.ts';
export { type EvaluationOptions, evaluate } from './evaluation.ts';
export type {
  CheckpointEvent,
  EndEvent,
  EvaluationEvent,
  Scores,
  Sink,
  StartEvent,
  StepEvent,
  StepScores,
  TrainingEvent,
  WarningEvent,
} from './events.ts';
export type { Example, Positions } from './example.ts';
export { maskedCrossEntropy } from './masked-cross-entropy.ts';
export type { Objective } from './objective.ts';
export { adam, adamW, type Optimizer, optimizerSchema, sgd, slotNames } from './optimizer.ts';
export { constant, cosine, type Schedule, scheduleFactor, scheduleSchema } from './schedule.ts';
export { type BackendName, backendNames, selectBackend } from './select-backend.ts';
export { sequenceLoss, sequenceObjective } from './sequence-objective.ts';
export { type TextMeasures, textMeasures } from './text-measures.ts';
export { type CommonOptions, type RunOptions, Trainer, type TrainerOptions } from './trainer.ts';
export { createTrainingState, restoreModel, type TrainingState } from './training-state.ts';
export { createTrainingStep, type TrainingStep, type TrainingStepOptions } from './training-step.ts';
export type { Update } from './update.ts';
