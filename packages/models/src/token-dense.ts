import { fusedKernel, type LinearActivation, linear } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { streamInitializer } from './stream-initializer.ts';

/**
 * A dense layer on one-hot tokens side by side, y = activation(x·W + b) with x[b] = [onehot(tokens[b, 0]), …,
 * onehot(tokens[b, window − 1])]: the sum of one row of W for every position. An id outside [0, vocabulary) adds nothing.
 *
 * Where the backend has no kernel for it, it is this product.
 *
 * @param tokens ids, [batch, window]
 * @param kernel [window · vocabulary, units]
 * @param bias [units]
 * @returns [batch, units]
 */
export function tokenLinear(
  tokens: tf.Tensor2D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation: LinearActivation,
): tf.Tensor2D {
  return tf.tidy(() => {
    const ids = tf.cast(tokens, 'int32');
    const fused = fusedKernel('SwitchyardTokenDense');
    if (fused) return fused([ids, kernel, bias], { activation })[0] as tf.Tensor2D;
    const [batch, window] = tokens.shape;
    const inputs = kernel.shape[0];
    const rows = tf.oneHot(ids, inputs / window, 1, 0, 'float32'); // [batch, window, vocabulary]
    return linear(tf.reshape<tf.Rank.R2>(rows, [batch, inputs]), kernel, bias, activation);
  });
}

export interface TokenDenseOptions {
  /** Number of tokens. */
  readonly vocabulary: number;
  /** Width of the output. */
  readonly units: number;
  /** Default 'linear'. */
  readonly activation?: LinearActivation;
  /** Seed of the kernel, which differs between layers of different name. */
  readonly seed: number;
  readonly name: string;
}

class TokenDense extends tf.layers.Layer {
  static readonly className = 'SwitchyardTokenDense';
  private readonly vocabulary: number;
  private readonly units: number;
  private readonly activation: LinearActivation;
  private readonly seed: number;
  private parameters: tf.LayerVariable[] = [];

  constructor({ vocabulary, units, activation = 'linear', seed, ...layer }: TokenDenseOptions) {
    super(layer);
    this.vocabulary = vocabulary;
    this.units = units;
    this.activation = activation;
    this.seed = seed;
  }

  override build(inputShape: tf.Shape): void {
    const { vocabulary, units, seed, name } = this;
    const inputs = inputShape.at(-1)! * vocabulary;
    const initializer = streamInitializer({ seed, label: name, distribution: 'normal', scale: 1 / Math.sqrt(inputs) });
    const kernel = this.addWeight('kernel', [inputs, units], 'float32', initializer);
    const bias = this.addWeight('bias', [units], 'float32', tf.initializers.zeros());
    this.parameters = [kernel, bias];
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return [inputShape[0]!, this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [kernel, bias] = this.parameters.map((parameter) => parameter.read());
    const tokens = [inputs].flat()[0] as tf.Tensor2D;
    return tokenLinear(tokens, kernel as tf.Tensor2D, bias as tf.Tensor1D, this.activation);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { vocabulary, units, activation, seed } = this;
    return { ...super.getConfig(), vocabulary, units, activation, seed };
  }
}
tf.serialization.registerClass(TokenDense);

/**
 * tf.layers layer around `tokenLinear`: token ids [batch, window] → [batch, units]. Weights: `kernel` [window · vocabulary,
 * units], which starts at N(0, 1 / inputs), and `bias` [units], at 0.
 */
export function tokenDense(options: TokenDenseOptions): tf.layers.Layer {
  return new TokenDense(options);
}
