import * as tf from '@tensorflow/tfjs';
import { type Initializer, reviveInitializer, serializeInitializer } from './initializer.ts';
import { longShortTermMemory } from './long-short-term-memory.ts';

export interface LstmLayerOptions {
  /** Length of the hidden and of the cell state. */
  readonly units: number;
  /** For the kernel [features, 4 · units]. */
  readonly kernelInitializer: Initializer;
  /** For the recurrent kernel [units, 4 · units]. */
  readonly recurrentInitializer: Initializer;
  readonly name?: string;
}

class LstmLayer extends tf.layers.Layer {
  static readonly className = 'LstmLayer';
  private readonly units: number;
  private readonly kernelInitializer: Initializer;
  private readonly recurrentInitializer: Initializer;
  private parameters: tf.LayerVariable[] = [];

  constructor({ units, kernelInitializer, recurrentInitializer, ...layer }: LstmLayerOptions) {
    super(layer);
    this.units = units;
    this.kernelInitializer = reviveInitializer(kernelInitializer);
    this.recurrentInitializer = reviveInitializer(recurrentInitializer);
  }

  override build(inputShape: tf.Shape): void {
    const { units } = this;
    const features = inputShape.at(-1)!;
    const kernel = this.addWeight('kernel', [features, 4 * units], 'float32', this.kernelInitializer);
    const recurrent = this.addWeight('recurrent_kernel', [units, 4 * units], 'float32', this.recurrentInitializer);
    const bias = this.addWeight('bias', [4 * units], 'float32', tf.initializers.zeros());
    // A forget gate that starts open (bias 1) lets gradients reach far steps from the first update on.
    const open = tf.tidy(() => tf.concat([tf.zeros([units]), tf.ones([units]), tf.zeros([2 * units])]));
    bias.write(open);
    open.dispose();
    this.parameters = [kernel, recurrent, bias];
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return [...inputShape.slice(0, -1), this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const [kernel, recurrent, bias] = this.parameters.map((parameter) => parameter.read());
    return tf.tidy(
      () =>
        longShortTermMemory(x as tf.Tensor3D, kernel as tf.Tensor2D, recurrent as tf.Tensor2D, bias as tf.Tensor1D)
          .outputs,
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      units: this.units,
      kernelInitializer: serializeInitializer(this.kernelInitializer),
      recurrentInitializer: serializeInitializer(this.recurrentInitializer),
    };
  }
}
tf.serialization.registerClass(LstmLayer);

/**
 * tf.layers layer around {@link longShortTermMemory}: [batch, window, features] → hidden states [batch, window, units].
 *
 * Weights `kernel` [features, 4 · units], `recurrent_kernel` [units, 4 · units], `bias` [4 · units], gates in the order
 * i, f, g, o. The bias starts at 0, the forget gate's quarter at 1 (Gers et al. 2000, Jozefowicz et al. 2015).
 */
export function lstmLayer(options: LstmLayerOptions): tf.layers.Layer {
  return new LstmLayer(options);
}
