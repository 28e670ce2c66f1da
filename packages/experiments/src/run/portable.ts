import type { Run } from './run.ts';
import { derived } from './run-schema.ts';

/** The run as config.yaml holds it: what follows from other keys is left out, so that the file is a configuration again. */
export function portable({ config }: Pick<Run, 'config'>): Record<string, unknown> {
  const model = Object.entries(config.model).filter(([key]) => !Object.hasOwn(derived, key));
  return { ...config, model: Object.fromEntries(model) };
}
