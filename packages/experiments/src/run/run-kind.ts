import type { ModelConfig } from '@switchyard/models';
import type { Objective } from '@switchyard/training';
import type { Goodness } from '@switchyard/training/node';
import type * as tf from '@tensorflow/tfjs';
import type { KeyName } from '../config/validate.ts';
import type { Run } from './run.ts';
import type { RunOptions } from './run-schema.ts';

/** Keys of runs that not every kind has. */
export const kindKeys = ['window', 'loss', 'evaluation.positions'] as const;

/** What runs of one kind have of their own; `runKinds` names them all. */
export interface RunKind<R extends Run = Run> {
  /** Which of `kindKeys` it has. */
  readonly keys: readonly (typeof kindKeys)[number][];
  /** What a step sees, and what an evaluation scores. */
  readonly counts: { readonly step: 'tokens' | 'images'; readonly evaluation: 'targets' | 'samples' };
  /** What every evaluation measures, accuracy per rule aside. */
  readonly scores: readonly string[];
  /** What its objective measures besides, such as bits per byte. */
  readonly measures: readonly string[];
  /** By what its best checkpoint is the best. */
  readonly goodness: Goodness;
  /**
   * The run of checked options: their data are found, defaults of `keys` filled in, the model's keys checked.
   *
   * @throws ConfigError, or what the task's package throws of its options
   */
  resolve(options: RunOptions, name: KeyName): Omit<R, 'probeMetrics'>;
  /**
   * The model of a run directory, without the data of its task.
   *
   * @throws ConfigError
   */
  readModel(directory: string, options: RunOptions, name: KeyName): ModelConfig;
  /**
   * What a run trains for.
   *
   * @param directory the run directory
   * @param writes whether evaluations may write there what is to be looked at
   */
  objective(run: R, model: tf.LayersModel, directory: string, writes: boolean): Objective | Promise<Objective>;
}
