import type { ModelConfig, SequenceModelConfig } from '@switchyard/models';
import type { SequenceTask } from '@switchyard/tasks';
import type { Positions } from '@switchyard/training';
import { asConfigError, ConfigError } from '../config/config-error.ts';
import type { TaskConfig } from '../config/task.ts';
import type { KeyName } from '../config/validate.ts';
import type { ImageTask } from '../images/image-config.ts';
import type { ImagesConfig } from '../images/image-schema.ts';
import { type Probe, probes } from '../probe/probe.ts';
import { portable } from './portable.ts';
import { checkKindKeys, runKindOf, runKinds } from './run-kinds.ts';
import type { RunOptions } from './run-schema.ts';
import { shortHash } from './short-hash.ts';

/** What the resolved configurations of all kinds of runs have, every default filled in. */
export type CommonConfig = Omit<RunOptions, 'window' | 'loss' | 'task' | 'model' | 'evaluation'> & {
  readonly evaluation: Omit<RunOptions['evaluation'], 'positions' | 'seed'> & { readonly seed: number };
};

interface CommonRun {
  /** Files that its directory needs beside its configuration, so that the run can be read without its data. */
  readonly files: Readonly<Record<string, string>>;
  /** What the probe measures, by name. */
  readonly probeMetrics: readonly string[];
}

/** A run on sequences of tokens: of a task that makes them itself, or of text. */
export interface SequenceRun extends CommonRun {
  readonly kind: 'sequences' | 'text';
  readonly config: CommonConfig & {
    readonly window: number;
    readonly loss: Positions;
    readonly task: Exclude<TaskConfig, ImagesConfig>;
    readonly model: SequenceModelConfig;
    readonly evaluation: { readonly positions: Positions };
  };
  readonly task: SequenceTask;
}

/** A run on images. */
export interface ImageRun extends CommonRun {
  readonly kind: 'images';
  readonly config: CommonConfig & { readonly task: ImagesConfig; readonly model: ModelConfig };
  readonly task: ImageTask;
}

/** A run with every default filled in, and what it is made of. */
export type Run = SequenceRun | ImageRun;

export type RunKindName = Run['kind'];

/**
 * The run of checked options: the task is made, the model's keys are checked against it.
 *
 * @throws ConfigError
 */
export function resolveRun(options: RunOptions, name: KeyName): Run {
  const kind = runKindOf(options.task.kind);
  checkKindKeys(options, kind, name);
  try {
    const run = runKinds[kind].resolve(options, name);
    return { ...run, probeMetrics: probeOf(run.config).metrics(run) } as Run;
  } catch (error) {
    throw asConfigError(error); // options that do not go together
  }
}

/** The run with other values for some keys that all kinds have. */
export function withConfig<R extends Run>(run: R, changes: Partial<CommonConfig>): R {
  return { ...run, config: { ...run.config, ...changes } };
}

/** The probe of a run. */
export const probeOf = ({ probe }: Pick<RunOptions, 'probe'>): Probe => probes[probe];

/** The run, where it is one on sequences. @throws ConfigError */
export function sequenceRunOf(run: Run): SequenceRun {
  if (run.kind !== 'images') return run;
  throw new ConfigError('this is a run on images: it has no sequences; evaluate and sample take it');
}

/** What a step of a run sees: tokens, or images. */
export function tokensPerStep({ config }: Run): number {
  return config.batchSize * ('window' in config ? config.window : 1);
}

/** A name that runs of different configuration do not share: `transformer-ea-1f0c93ab`. */
export function runName(run: Run): string {
  const { model } = run.config;
  return [model.kind, ...('attention' in model ? [model.attention] : []), shortHash(portable(run))].join('-');
}
