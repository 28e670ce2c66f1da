/** A refused argument of this package. `code` is one of `SWITCHYARD_RANDOM_LABEL`, `_BOUND` and `_DISTRIBUTION`. */
export class RandomError extends Error {
  override readonly name = 'RandomError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
