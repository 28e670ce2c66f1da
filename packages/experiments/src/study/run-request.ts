import { join } from 'node:path';
import { asConfigError, ConfigError } from '../config/config-error.ts';
import { sectionDefaults } from '../config/keys.ts';
import { validate } from '../config/validate.ts';
import { camelKeys, camelPath, isMap, merge, nest, type Values } from '../config/values.ts';
import { ExperimentError } from '../errors.ts';
import { evaluationSeed } from '../run/evaluation-seed.ts';
import { portable } from '../run/portable.ts';
import { type Run, resolveRun, tokensPerStep } from '../run/run.ts';
import { type RunOptions, runKeys, runSchema } from '../run/run-schema.ts';
import type { Study } from './load-study.ts';
import { metricNames } from './metric.ts';
import { runHash } from './run-hash.ts';
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

/** The runs of one combination. */
export interface Combination {
  /** The metrics of evaluations that its runs have. */
  readonly metrics: readonly string[];
  /** What their probe measures. */
  readonly probeMetrics: readonly string[];
  request(seed: number): RunRequest;
}

/**
 * The runs of one combination: base < factors, in their order < seed and budget.
 *
 * @throws ExperimentError `SWITCHYARD_STUDY` where they do not make a run
 */
export function combinationOf(study: Study, factors: Factors): Combination {
  const options = optionsOf(study, factors);
  const run = checked(study, factors, () => resolveRun(options, (key) => key));
  const template = { ...portable(run), steps: stepsOf(study, run) };
  const stopAt = study.stop?.accuracy;
  return {
    metrics: metricNames(run),
    probeMetrics: run.probeMetrics,
    request(seed) {
      // Resolving is the slow part, and the seed has no part in what is checked.
      const evaluation = { ...run.config.evaluation, seed: options.evaluation.seed ?? evaluationSeed(seed) };
      const config = { ...template, seed, evaluation };
      const hash = runHash(config, stopAt);
      return { runHash: hash, config, ...(stopAt && { stopAt }), directory: runDirectory(study, hash) };
    },
  };
}

function optionsOf(study: Study, factors: Factors): RunOptions {
  const parts = Object.entries(factors).map(([name, level]): Values => {
    const levels = study.factors[name]!;
    return Array.isArray(levels) ? nest([[camelPath(name), level]]) : camelKeys(levels[String(level)]!);
  });
  const values = fitModel([defaults, camelKeys(study.base), ...parts]);
  return checked(study, factors, () => validate(runSchema, values, keys, (key) => key));
}

/** The steps of a run: those of the budget, or as many as spend its tokens. */
function stepsOf({ budget }: Study, run: Run): number {
  if (!budget) return run.config.steps;
  return 'steps' in budget ? budget.steps : Math.ceil(budget.tokens / tokensPerStep(run));
}

/**
 * Parts of a configuration laid one over the other. Keys of other kinds of model than the one that stands in the end are left
 * out (heads do not vary an LSTM), but for those that come with the kind itself: there they are mistakes.
 */
function fitModel(parts: readonly Values[]): Values {
  const values = parts.reduce(merge);
  const model = modelOf(values);
  const kind = String(model.kind);
  const own = modelOf(parts.findLast((part) => 'kind' in modelOf(part)));
  const foreign = keys.filter(
    ({ path, kinds }) => path.startsWith('model.') && kinds.length > 0 && !kinds.includes(kind),
  );
  const left = foreign.flatMap(({ path }) => path.split('.')[1]!).filter((key) => !Object.hasOwn(own, key));
  const fitting = Object.entries(model).filter(([key]) => !left.includes(key));
  return { ...values, model: Object.fromEntries(fitting) };
}

const modelOf = (values: Values | undefined): Values => (isMap(values?.model) ? values.model : {});

/** What `make` returns; a configuration that it refuses is the study's mistake. */
function checked<T>({ path }: Study, factors: Factors, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const problem = asConfigError(error);
    if (!(problem instanceof ConfigError)) throw error;
    const where = Object.entries(factors).map(([name, level]) => `${name} ${level}`);
    throw new ExperimentError('SWITCHYARD_STUDY', `${path}: with ${where.join(', ')}: ${problem.message}`, {
      cause: error,
    });
  }
}

/** Where a run of a study lies. */
export function runDirectory({ directory }: Pick<Study, 'directory'>, hash: string): string {
  return join(directory, 'runs', hash.slice(0, 16));
}
