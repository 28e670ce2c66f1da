import { readFileSync } from 'node:fs';
import { ConfigError, errorCode } from './config-error.ts';
import { isMap, type Values } from './values.ts';

/** Why a file cannot be read, in words. */
const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};

/**
 * Reads a YAML file that holds a map, its keys as they stand.
 *
 * @throws ConfigError when it cannot be read, is not valid YAML (with line and column), or is not a map
 */
export async function readYamlFile(path: string): Promise<Values> {
  const { parseDocument } = await import('yaml'); // only then: it takes a while to load
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    throw new ConfigError(`cannot read ${path}: ${reasons[code] ?? code}`, { cause: error });
  }
  const document = parseDocument(text, { prettyErrors: true });
  const problem = document.errors[0];
  if (problem) {
    const position = problem.linePos?.[0];
    // The first line says it; the others draw the place, which the position already names.
    const message = problem.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
    throw new ConfigError(`${path}:${position?.line ?? 1}:${position?.col ?? 1}: not valid YAML: ${message}`, {
      cause: problem,
    });
  }
  const values: unknown = document.toJS() ?? {};
  if (!isMap(values)) throw new ConfigError(`${path}: expected a map of keys and values, as in "steps: 1000"`);
  return values;
}
