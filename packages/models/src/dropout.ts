import { createStream, type Stream } from '@switchyard/random';
import * as tf from '@tensorflow/tfjs';
import { applyDropout } from './apply-dropout.ts';
import { ModelError } from './errors.ts';

export interface DropoutLayerOptions {
  /** Share of the elements that become 0 in training, in [0, 1). */
  readonly rate: number;
  /** Seed of the masks, which differ between layers of different name. */
  readonly seed: number;
  readonly name: string;
}

class Dropout extends tf.layers.Layer {
  static readonly className = 'SwitchyardDropout';
  private readonly rate: number;
  private readonly seed: number;
  private readonly stream: Stream;
  private step: tf.LayerVariable | undefined;

  constructor({ rate, seed, ...layer }: DropoutLayerOptions) {
    super(layer);
    if (!(rate >= 0 && rate < 1)) {
      throw new ModelError('SWITCHYARD_MODEL_INPUT', `dropout rate ${rate}: must be at least 0 and below 1`);
    }
    this.supportsMasking = true;
    this.rate = rate;
    this.seed = seed;
    this.stream = createStream(seed).fork('dropout', this.name);
  }

  override build(inputShape: tf.Shape): void {
    this.step = this.addWeight('step', [], 'float32', tf.initializers.zeros(), undefined, false);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (!kwargs.training || this.rate === 0) return x;
    return tf.tidy(() => {
      const { rate, stream } = this;
      const { y, next } = applyDropout(x, { rate, stream, step: this.step!.read() as tf.Scalar });
      this.step!.write(next);
      return y;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed };
  }
}
tf.serialization.registerClass(Dropout);

/**
 * tf.layers layer: dropout in training (`fit`, the Trainer, `model.apply(x, { training: true })`), the identity otherwise.
 * In training a share `rate` of the elements becomes 0 and the others are divided by 1 − rate. [Srivastava et al. 2014]
 *
 * The mask of its n-th training call is the words of `createStream(seed).fork('dropout', name, n)` of @switchyard/random, the
 * same on every backend. n, counted from 0 and modulo 2²⁴, is the weight `step`, a scalar that is not trained: a run that goes
 * on from a checkpoint draws the masks that it would have drawn.
 *
 * @throws ModelError `SWITCHYARD_MODEL_INPUT` for a rate outside [0, 1)
 */
export function dropout(options: DropoutLayerOptions): tf.layers.Layer {
  return new Dropout(options);
}
