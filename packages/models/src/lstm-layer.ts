import * as tf from '@tensorflow/tfjs';
import { projectInputs, recurrenceOutputs } from './long-short-term-memory.ts';
import { streamInitializer } from './stream-initializer.ts';
import { embedTokens } from './token-embedding.ts';

export interface LstmLayerOptions {
  /** Length of the hidden and of the cell state. */
  readonly units: number;
  /** Seed of the kernels, which differ between layers of different name. */
  readonly seed: number;
  readonly name: string;
  /** The input is token ids that stand for one-hot vectors of this length. */
  readonly oneHot?: number | undefined;
}

class LstmLayer extends tf.layers.Layer {
  static readonly className = 'SwitchyardLstm';
  private readonly units: number;
  private readonly seed: number;
  private readonly oneHot: number | undefined;
  private parameters: tf.LayerVariable[] = [];

  constructor({ units, seed, oneHot, ...layer }: LstmLayerOptions) {
    super(layer);
    this.units = units;
    this.seed = seed;
    this.oneHot = oneHot;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { units, seed, name, oneHot } = this;
    const features = oneHot ?? (inputShape.flat().at(-1) as number);
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

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, window] = inputShape.flat() as tf.Shape;
    return [batch!, window!, this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [kernel, recurrent, bias] = this.parameters.map((parameter) => parameter.read());
      const projected = this.project([inputs].flat(), kernel as tf.Tensor2D);
      return recurrenceOutputs(projected, recurrent as tf.Tensor2D, bias as tf.Tensor1D);
    });
  }

  /** x·kernel, [batch, window, 4 · units]. Of tokens there are few: their rows of the product are looked up. */
  private project([x, table]: tf.Tensor[], kernel: tf.Tensor2D): tf.Tensor3D {
    if (this.oneHot !== undefined) return embedTokens(x!, kernel) as tf.Tensor3D;
    if (table) return embedTokens(x!, tf.matMul(table as tf.Tensor2D, kernel)) as tf.Tensor3D;
    return projectInputs(x as tf.Tensor3D, kernel);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { units, seed, oneHot } = this;
    return { ...super.getConfig(), units, seed, ...(oneHot !== undefined && { oneHot }) };
  }
}
tf.serialization.registerClass(LstmLayer);

/**
 * tf.layers layer around `longShortTermMemory`: [batch, window, features] → hidden states [batch, window, units].
 *
 * Instead of the vectors it takes, for a first layer, what they are looked up with: `[tokens, table]`, token ids [batch,
 * window] and their table [vocabulary, features], or with `oneHot` the tokens alone. Then x·kernel has no more different
 * rows than there are tokens; they are computed once each, and looked up. The sums are the same in the same order, and the
 * gradients are sums of the same terms.
 *
 * Weights `kernel` [features, 4 · units], `recurrent_kernel` [units, 4 · units], `bias` [4 · units], gates in the order
 * i, f, g, o. The kernels start at U(−1, 1)/√units, as in PyTorch, the bias at 0, except for the forget gate's quarter at 1
 * (Gers et al. 2000, Jozefowicz et al. 2015).
 */
export function lstmLayer(options: LstmLayerOptions): tf.layers.Layer {
  return new LstmLayer(options);
}
