export type PlaygroundErrorCode = 'SWITCHYARD_PLAYGROUND_CONFIG' | 'SWITCHYARD_PLAYGROUND_FILE';

/** Something the reader can mend: one line that says what came, the rule and the remedy. */
export class PlaygroundError extends Error {
  override readonly name = 'PlaygroundError';
  readonly code: PlaygroundErrorCode;

  constructor(code: PlaygroundErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
