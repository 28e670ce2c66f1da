/** What an `ExperimentError` says in its `code`. */
export type ExperimentErrorCode =
  /** A study.yaml that cannot be carried out. */
  | 'SWITCHYARD_STUDY'
  /** Results that cannot be read or written. */
  | 'SWITCHYARD_RESULTS'
  /** An executor that cannot be used: no server, no sbatch, a wrong password. */
  | 'SWITCHYARD_EXECUTOR';

/** A study that cannot start or go on. The message holds what came, the rule and the remedy, in one line. */
export class ExperimentError extends Error {
  override readonly name = 'ExperimentError';
  readonly code: ExperimentErrorCode;

  constructor(code: ExperimentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
