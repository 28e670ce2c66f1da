import * as tf from '@tensorflow/tfjs';
import { longShortTermMemoryOutputs } from './long-short-term-memory.ts';
import { streamInitializer } from './stream-initializer.ts';

export interface LstmLayerOptions {
  /** Length of the hidden and of the cell state. */
  readonly units: number;
  /** Seed of the kernels, which differ between layers of different name. */
  readonly seed: number;
  readonly name: string;
}

class LstmLayer extends tf.layers.Layer {
  static readonly className = 'SwitchyardLstm';
  private readonly units: number;
  private readonly seed: number;
  private parameters: tf.LayerVariable[] = [];

  constructor({ units, seed, ...layer }: LstmLayerOptions) {
    super(layer);
    this.units = units;
    this.seed = seed;
  }

  override build(inputShape: tf.Shape): void {
    const { units, seed, name } = this;
    const features = inputShape.at(-1)!;
    const uniform = (label: string) =>
      streamInitializer({ seed, label: `${name}/${label}`, distribution: 'uniform', scale: 1 / Math.sqrt(units) });
    const kernel = this.addWeight('kernel', [features, 4 * units], 'float32', uniform('kernel'));
    const recurrent = this.addWeight('recurrent_kernel', [units, 4 * units], 'float32', uniform('recurrent-kernel'));
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
    return tf.tidy(() =>
      longShortTermMemoryOutputs(
        x as tf.Tensor3D,
        kernel as tf.Tensor2D,
        recurrent as tf.Tensor2D,
        bias as tf.Tensor1D,
      ),
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, seed: this.seed };
  }
}
tf.serialization.registerClass(LstmLayer);

/**
 * tf.layers layer around `longShortTermMemory`: [batch, window, features] → hidden states [batch, window, units].
 *
 * Weights `kernel` [features, 4 · units], `recurrent_kernel` [units, 4 · units], `bias` [4 · units], gates in the order
 * i, f, g, o. The kernels start at U(−1, 1)/√units, as in PyTorch, the bias at 0, except for the forget gate's quarter at 1
 * (Gers et al. 2000, Jozefowicz et al. 2015).
 */
export function lstmLayer(options: LstmLayerOptions): tf.layers.Layer {
  return new LstmLayer(options);
}
