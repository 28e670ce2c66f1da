/** What can go wrong with a model: `code` for programs, a one-line `message` for people. */
export type ModelErrorCode =
  | 'SWITCHYARD_MODEL_CONFIG'
  | 'SWITCHYARD_MODEL_FILE'
  | 'SWITCHYARD_MODEL_INPUT'
  | 'SWITCHYARD_MODEL_UNKNOWN';

/**
 * The error of this package.
 *
 * - `SWITCHYARD_MODEL_CONFIG`: a config breaks a rule;
 * - `SWITCHYARD_MODEL_FILE`: bytes that are no model of ours, or whose tensors do not fit the config beside them;
 * - `SWITCHYARD_MODEL_INPUT`: an argument of the wrong shape or value;
 * - `SWITCHYARD_MODEL_UNKNOWN`: a tf.LayersModel that was not made here, where one with a config is needed.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
