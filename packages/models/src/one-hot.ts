import * as tf from '@tensorflow/tfjs';

export interface OneHotOptions {
  /** Length of the vectors; at least the vocabulary, since an id at or above it becomes a row of zeros. */
  readonly depth: number;
  readonly name?: string;
}

class OneHot extends tf.layers.Layer {
  static readonly className = 'SwitchyardOneHot';
  private readonly depth: number;

  constructor({ depth, ...layer }: OneHotOptions) {
    super(layer);
    this.depth = depth;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return [...inputShape, this.depth];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const tokens = Array.isArray(inputs) ? inputs[0]! : inputs;
    return tf.tidy(() => tf.oneHot(tf.cast(tokens, 'int32'), this.depth, 1, 0, 'float32'));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), depth: this.depth };
  }
}
tf.serialization.registerClass(OneHot);

/** tf.layers layer: token ids [batch, window] → one-hot rows [batch, window, depth]. No weights. */
export function oneHot(options: OneHotOptions): tf.layers.Layer {
  return new OneHot(options);
}
