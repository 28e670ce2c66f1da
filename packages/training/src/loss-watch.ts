import * as tf from '@tensorflow/tfjs';
import { TrainingError } from './errors.ts';

/** Reading a value back from these stalls the device. */
const asynchronousBackends = ['webgl', 'webgpu'];
const mostPending = 100;

interface StepLoss {
  readonly step: number;
  readonly learningRate: number;
  readonly loss: tf.Scalar;
}

/**
 * Reads the losses of a run and stops it at the first that is not finite. Where reading is cheap every loss is read at
 * once; on a GPU they are collected and read by `settle`, which the trainer calls before anything is logged, evaluated
 * or saved: nothing that a bad loss touched is ever reported or stored.
 */
export class LossWatch {
  /** Where the last good checkpoint lies, for the message of the error. */
  lastCheckpoint: string | undefined;
  #pending: StepLoss[] = [];
  #latest: StepLoss | undefined;
  #loss = Number.NaN;

  /** Takes over the tensor of a step's loss. */
  async add(latest: StepLoss): Promise<void> {
    this.#latest = latest;
    this.#pending.push(latest);
    if (this.#pending.length >= mostPending || !asynchronousBackends.includes(tf.getBackend())) await this.settle();
  }

  /**
   * The latest loss, once all up to it are known to be finite.
   *
   * @throws TrainingError `SWITCHYARD_TRAINING_NOT_FINITE` with step, learning rate and the last good checkpoint
   */
  async settle(): Promise<number> {
    while (this.#pending.length > 0) {
      const pending = this.#pending.shift()!;
      this.#loss = (await pending.loss.data())[0]!;
      pending.loss.dispose();
      if (!Number.isFinite(this.#loss)) throw this.#error(`the loss is ${this.#loss}`, pending);
    }
    return this.#loss;
  }

  /** The error for weights that the latest update left not finite although its loss was. */
  notFinite(what: string): TrainingError {
    return this.#error(what, this.#latest);
  }

  #error(what: string, at: StepLoss | undefined): TrainingError {
    return new TrainingError(
      'SWITCHYARD_TRAINING_NOT_FINITE',
      `${what} at step ${at?.step ?? 0}, learning rate ${at?.learningRate ?? 'unset'}, last good checkpoint: ${this.lastCheckpoint ?? 'none'}: ` +
        'lower the learning rate, warm up longer or clip the gradients',
    );
  }

  dispose(): void {
    tf.dispose(this.#pending.splice(0).map(({ loss }) => loss));
  }
}
