import type * as tf from '@tensorflow/tfjs';
import type { Scores, StepScores } from './events.ts';

/**
 * What a run trains for. A trainer knows steps, updates, events and checkpoints; an objective knows data, loss and scores.
 * `sequenceObjective` makes the one of a `SequenceTask`.
 *
 * @typeParam Batch the data of one step, outside of the tensor library
 */
export interface Objective<Batch = unknown> {
  /** What a step sees, in the unit of `tokensPerSecond`: tokens, or images. */
  readonly tokensPerStep: number;
  /** The batch of a step, counted from 1: a function of the step alone, so that nothing about batches needs to be saved. */
  batch(step: number): Batch;
  /** A batch as the inputs of `loss`: tensors of the same shapes in every step. */
  inputs(batch: Batch): tf.Tensor[];
  /** The loss to be made smaller, differentiable in the weights; it depends on its inputs and the weights alone. */
  loss(...inputs: tf.Tensor[]): tf.Scalar;
  /** What the loss of a batch is in other units, by name, such as bits per byte; part of the events of logged steps. */
  measures?(loss: number, batch: Batch): Record<string, number>;
  /** What the weights make of a batch before they are updated on it. */
  scoreBatch(batch: Batch): Promise<StepScores>;
  /** Scores of the weights on data that are the same in every evaluation. */
  evaluate(step: number): Promise<Scores>;
}
