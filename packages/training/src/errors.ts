/** What a `TrainingError` says in its `code`. */
export type TrainingErrorCode =
  | 'SWITCHYARD_TRAINING_OPTION'
  | 'SWITCHYARD_TRAINING_SHAPE'
  | 'SWITCHYARD_TRAINING_NOT_FINITE'
  | 'SWITCHYARD_CHECKPOINT_DAMAGED'
  | 'SWITCHYARD_CHECKPOINT_MISMATCH'
  | 'SWITCHYARD_CHECKPOINT_MISSING'
  | 'SWITCHYARD_RUN_WRITE'
  | 'SWITCHYARD_RUN_LOCKED'
  | 'SWITCHYARD_RUN_CONFIG'
  | 'SWITCHYARD_RUN_METRICS'
  | 'SWITCHYARD_RUN_PATH';

/** A run that cannot start, go on or be resumed. The message holds what came, the rule and the remedy, in one line. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly code: TrainingErrorCode;

  constructor(code: TrainingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A backend that is unknown here, not installed, or does not start. The message says what to run. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly code = 'SWITCHYARD_BACKEND';
}
