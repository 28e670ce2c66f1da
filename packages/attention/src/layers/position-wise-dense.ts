import * as tf from '@tensorflow/tfjs';
import { type Activation, activations } from '../activations.ts';
import { AttentionError } from '../errors.ts';
import { positionWiseLinear } from '../linear.ts';
import {
  glorotUniform,
  type Initializer,
  type InitializerLike,
  resolveInitializer,
  serializeInitializer,
} from './initializer.ts';
import { knownWindow, onlyInput, onlyShape, sequenceShape } from './shapes.ts';

/** Options of `positionWiseDense`. */
export interface PositionWiseDenseOptions {
  /** Width of the output. */
  units: number;
  /** Default 'linear'. */
  activation?: Activation;
  /** Default true. */
  useBias?: boolean;
  /** Default uniform in ±√(6/(in + units)). */
  kernelInitializer?: InitializerLike | null;
  name?: string;
}

class PositionWiseDense extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'SwitchyardPositionWiseDense';
  private readonly units: number;
  private readonly activation: Activation;
  private readonly useBias: boolean;
  private readonly kernelInitializer: Initializer | undefined;
  private kernel: tf.LayerVariable | undefined;
  private bias: tf.LayerVariable | undefined;

  constructor(config: PositionWiseDenseOptions) {
    super(config);
    const { units, activation = 'linear', useBias = true } = config;
    if (!Number.isInteger(units) || units < 1) {
      throw new AttentionError('SWITCHYARD_ATTENTION_OPTION', `units ${units}: must be a positive integer`);
    }
    if (!Object.hasOwn(activations, activation)) {
      const known = Object.keys(activations).join(', ');
      throw new AttentionError('SWITCHYARD_ATTENTION_OPTION', `activation ${activation}: must be one of ${known}`);
    }
    this.units = units;
    this.activation = activation;
    this.useBias = useBias;
    this.kernelInitializer = resolveInitializer(config.kernelInitializer);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { window: given, width } = sequenceShape(this.name, inputShape);
    const window = knownWindow(this.name, given);
    const initializer = this.kernelInitializer ?? glorotUniform(width, this.units);
    this.kernel = this.addWeight('kernel', [window, width, this.units], 'float32', initializer);
    if (this.useBias) this.bias = this.addWeight('bias', [window, this.units], 'float32', tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch = null, window = null] = onlyShape(inputShape);
    return [batch, window, this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const kernel = this.kernel!.read() as tf.Tensor3D;
      const bias = this.bias?.read() as tf.Tensor2D | undefined;
      return activations[this.activation](positionWiseLinear(onlyInput(inputs), kernel, bias));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: this.activation,
      useBias: this.useBias,
      kernelInitializer: serializeInitializer(this.kernelInitializer),
    };
  }
}
tf.serialization.registerClass(PositionWiseDense);

/**
 * A dense layer with weights of its own at every position, as in the cisformer: y[t] = activation(x[t]·W[t] + b[t]),
 * [batch, window, in] → [batch, window, units]. [papers.md §1 (r)]
 *
 * Weights: `kernel` [window, in, units], `bias` [window, units].
 *
 * @throws AttentionError for a bad option here, and when the layer is built, for an input without a fixed window and width
 */
export function positionWiseDense(options: PositionWiseDenseOptions): tf.layers.Layer {
  return new PositionWiseDense(options);
}
