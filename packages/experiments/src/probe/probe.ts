import type { ModelConfig } from '@switchyard/models';
import type { SequenceTask } from '@switchyard/tasks';
import type * as tf from '@tensorflow/tfjs';
import type { ImageTask } from '../images/image-config.ts';
import { collapse } from './collapse.ts';

/** What a probe is told of a run. */
export interface Probed {
  readonly config: { readonly model: ModelConfig; readonly evaluation: { readonly seed: number } };
  readonly task: SequenceTask | ImageTask;
}

/** Numbers that are measured once, of the trained model, beside the scores of its evaluations. */
export interface Probe {
  /**
   * The names of what it measures, by which studies know them.
   *
   * @throws ConfigError where it is not made for the task or the model
   */
  metrics(run: Probed): string[];
  /** Exactly those metrics. They depend on model and run alone. */
  measure(model: tf.LayersModel, run: Probed): Promise<Record<string, number>>;
}

/** Every probe by the name that the key `probe` gives it: to add one, write it in a file of its own and name it here. */
export const probes = {
  none: { metrics: () => [], measure: async () => ({}) },
  collapse,
} satisfies Record<string, Probe>;

export type ProbeName = keyof typeof probes;

export const probeNames = Object.keys(probes) as [ProbeName, ...ProbeName[]];
