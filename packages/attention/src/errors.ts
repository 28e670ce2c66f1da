/** What can be wrong in a call: the shape of a tensor, or the value of an option. */
export type AttentionErrorCode = 'SWITCHYARD_ATTENTION_SHAPE' | 'SWITCHYARD_ATTENTION_OPTION';

/** Thrown by every function and layer of this package; the message names what came, the rule, and the remedy. */
export class AttentionError extends Error {
  readonly code: AttentionErrorCode;

  constructor(code: AttentionErrorCode, message: string) {
    super(message);
    this.name = 'AttentionError';
    this.code = code;
  }
}

/** `[2, 3, null]`, as messages show shapes. */
export function formatShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => (size === null ? 'null' : size)).join(', ')}]`;
}
