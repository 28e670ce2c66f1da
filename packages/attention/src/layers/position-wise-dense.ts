import * as tf from '@tensorflow/tfjs';
import type { Activation } from '../activations.ts';
import { positionWiseLinear } from '../linear.ts';
import { activated, checkDenseOptions, type DenseOptions } from './dense-options.ts';
import { glorotUniform, type Initializer, resolveInitializer, serializeInitializer } from './initializer.ts';
import { knownWindow, onlyInput, onlyShape, sequenceShape } from './shapes.ts';

class PositionWiseDense extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'SwitchyardPositionWiseDense';
  private readonly units: number;
  private readonly activation: Activation;
  private readonly useBias: boolean;
  private readonly kernelInitializer: Initializer | undefined;
  private kernel: tf.LayerVariable | undefined;
  private bias: tf.LayerVariable | undefined;

  constructor(config: DenseOptions) {
    super(config);
    checkDenseOptions(config);
    const { units, activation = 'linear', useBias = true } = config;
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
      return activated((kind) => positionWiseLinear(onlyInput(inputs), kernel, bias, kind), this.activation);
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
 * [batch, window, in] → [batch, window, units]. [PAPERS.md §1 (r)]
 *
 * Weights: `kernel` [window, in, units], `bias` [window, units].
 *
 * @throws AttentionError for a bad option here, and when the layer is built, for an input without a fixed window and width
 */
export function positionWiseDense(options: DenseOptions): tf.layers.Layer {
  return new PositionWiseDense(options);
}
