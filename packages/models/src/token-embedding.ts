import { fusedKernel } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { streamInitializer } from './stream-initializer.ts';

/**
 * Rows of a table by token: onehot(tokens)·table, so that an id outside [0, vocabulary) becomes a row of zeros.
 *
 * Where the backend has no kernel for it, it is this product. It costs at most what a model's head costs, and its gradient
 * is a product again, fast on every backend, where that of tf.gather (UnsortedSegmentSum) is missing or slow.
 *
 * @param tokens ids, [...]
 * @param table [vocabulary, width]
 * @returns [..., width]
 */
export function embedTokens(tokens: tf.Tensor, table: tf.Tensor2D): tf.Tensor {
  return tf.tidy(() => {
    const ids = tf.cast(tokens, 'int32');
    const fused = fusedKernel('SwitchyardEmbedding');
    if (fused) return fused([ids, table])[0]!;
    const [vocabulary, width] = table.shape;
    const rows = tf.oneHot(tf.reshape(ids, [-1]), vocabulary, 1, 0, 'float32');
    return tf.reshape(tf.matMul(rows as tf.Tensor2D, table), [...tokens.shape, width]);
  });
}

export interface TokenEmbeddingOptions {
  /** Number of tokens. */
  readonly vocabulary: number;
  /** Length of a token's vector. */
  readonly units: number;
  /** Seed of the table, which differs between layers of different name. */
  readonly seed: number;
  readonly name: string;
  /**
   * `rows` (default): the vectors of the tokens. `table`: the whole table, whatever the tokens are, for a layer that can do
   * more with both than with the vectors, such as `lstmLayer`.
   */
  readonly output?: 'rows' | 'table';
}

class TokenEmbedding extends tf.layers.Layer {
  static readonly className = 'SwitchyardTokenEmbedding';
  private readonly vocabulary: number;
  private readonly units: number;
  private readonly seed: number;
  private readonly gives: 'rows' | 'table';
  private table: tf.LayerVariable | undefined;

  constructor({ vocabulary, units, seed, output = 'rows', ...layer }: TokenEmbeddingOptions) {
    super(layer);
    this.vocabulary = vocabulary;
    this.units = units;
    this.seed = seed;
    this.gives = output;
  }

  override build(): void {
    const { vocabulary, units, seed, name } = this;
    const initializer = streamInitializer({ seed, label: name, distribution: 'normal', scale: 1 });
    this.table = this.addWeight('kernel', [vocabulary, units], 'float32', initializer);
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return this.gives === 'rows' ? [...inputShape, this.units] : [this.vocabulary, this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const table = this.table!.read() as tf.Tensor2D;
    if (this.gives === 'rows') return embedTokens([inputs].flat()[0]!, table);
    return tf.clone(table); // a tensor of its own: models dispose what flows between their layers
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { vocabulary, units, seed, gives } = this;
    return { ...super.getConfig(), vocabulary, units, seed, output: gives };
  }
}
tf.serialization.registerClass(TokenEmbedding);

/**
 * tf.layers layer around `embedTokens`: token ids [batch, window] → [batch, window, units], or → its table [vocabulary,
 * units]. The table is its weight `kernel`, which starts at N(0, 1).
 */
export function tokenEmbedding(options: TokenEmbeddingOptions): tf.layers.Layer {
  return new TokenEmbedding(options);
}
