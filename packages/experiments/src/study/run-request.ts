import { join } from 'node:path';
import { asConfigError, ConfigError } from '../config/config-error.ts';
import { sectionDefaults } from '../config/keys.ts';
import { validate } from '../config/validate.ts';
import { camelKeys, camelPath, merge, nest, type Values } from '../config/values.ts';
import { ExperimentError } from '../errors.ts';
import { portable, type Run, resolveRun, runKeys, runSchema } from '../run/run.ts';
import type { Study } from './load-study.ts';
import { hashOf } from './run-hash.ts';
import type { Factors } from './schema.ts';

/** Everything an executor needs to know of a run; plain data. */
export interface RunRequest {
  /** SHA-256 of all that decides the run. */
  readonly runHash: string;
  /** The run's resolved configuration, as `config.yaml` holds it. */
  readonly config: Values;
  /** It ends at the first evaluation of this accuracy. */
  readonly stopAt?: number;
  /** Its run directory. */
  readonly directory: string;
}

const keys = runKeys(runSchema);
const defaults = sectionDefaults(runSchema);

/**
 * The run of one combination and seed: base < factors, in their order < seed and budget.
 *
 * @throws ExperimentError `SWITCHYARD_STUDY` where they do not make a run
 */
export function runOf(study: Study, factors: Factors, seed: number): Run {
  const { base, budget, path } = study;
  let values = merge(defaults, camelKeys(base));
  for (const [name, level] of Object.entries(factors)) {
    const levels = study.factors[name]!;
    const part = Array.isArray(levels) ? nest([[camelPath(name), level]]) : camelKeys(levels[String(level)]!);
    values = merge(values, part);
  }
  try {
    const options = validate(runSchema, merge(values, { seed }), keys, (key) => key);
    const tokens = options.batchSize * options.window;
    const steps = budget ? ('steps' in budget ? budget.steps : Math.ceil(budget.tokens / tokens)) : options.steps;
    return resolveRun({ ...options, steps }, (key) => key);
  } catch (error) {
    const problem = asConfigError(error);
    if (!(problem instanceof ConfigError)) throw error;
    const where = Object.entries(factors).map(([name, level]) => `${name} ${level}`);
    throw new ExperimentError('SWITCHYARD_STUDY', `${path}: with ${where.join(', ')}: ${problem.message}`, {
      cause: error,
    });
  }
}

/** The same as a request that any process can carry out. */
export function requestOf(study: Study, factors: Factors, seed: number): RunRequest {
  const config = portable(runOf(study, factors, seed));
  const stop = study.stop && { stopAt: study.stop.accuracy };
  const runHash = hashOf({ config, ...stop });
  return { runHash, config, ...stop, directory: runDirectory(study, runHash) };
}

/** Where a run of a study lies. */
export function runDirectory({ directory }: Pick<Study, 'directory'>, runHash: string): string {
  return join(directory, 'runs', runHash.slice(0, 16));
}
