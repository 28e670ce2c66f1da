/** A configuration that cannot be carried out: one line that names the key, the value and the rule. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'SWITCHYARD_CONFIG';
}

/** The code of an error that carries one: system errors (`ENOENT`) and errors of the house (`SWITCHYARD_…`). */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** True for errors whose message is written for the user; anything else is a defect and keeps its stack. */
export function isHouseError(error: unknown): error is Error {
  return errorCode(error).startsWith('SWITCHYARD_');
}

/** An error of the house as one of configuration, with the first as its cause; any other error as it is. */
export function asConfigError(error: unknown): unknown {
  return isHouseError(error) ? new ConfigError(error.message, { cause: error }) : error;
}
