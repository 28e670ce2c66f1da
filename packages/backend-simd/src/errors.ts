/** What the simd backend throws; `code` starts with SWITCHYARD_SIMD_. */
export class SimdError extends Error {
  override readonly name = 'SimdError';
  readonly code: string;

  constructor(code: `SWITCHYARD_SIMD_${string}`, message: string) {
    super(message);
    this.code = code;
  }
}
