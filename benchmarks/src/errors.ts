export type BenchmarkErrorCode =
  | 'SWITCHYARD_BENCHMARK_USAGE'
  | 'SWITCHYARD_BENCHMARK_UNAVAILABLE'
  | 'SWITCHYARD_BENCHMARK_PARTICIPANT'
  | 'SWITCHYARD_BENCHMARK_RESULT';

/** A benchmark that cannot start or go on. The message holds what came, the rule and the remedy, in one line. */
export class BenchmarkError extends Error {
  override readonly name = 'BenchmarkError';
  readonly code: BenchmarkErrorCode;

  constructor(code: BenchmarkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
