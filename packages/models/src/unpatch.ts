import * as tf from '@tensorflow/tfjs';

export interface UnpatchOptions {
  /** Height and width of the image. */
  readonly image: number;
  /** Height and width of a patch, a divisor of the image's. */
  readonly patch: number;
  readonly channels: number;
  readonly name: string;
}

class Unpatch extends tf.layers.Layer {
  static readonly className = 'SwitchyardUnpatch';
  private readonly sizes: { readonly image: number; readonly patch: number; readonly channels: number };

  constructor({ image, patch, channels, ...layer }: UnpatchOptions) {
    super(layer);
    this.sizes = { image, patch, channels };
  }

  override computeOutputShape([batch = null]: tf.Shape): tf.Shape {
    const { image, channels } = this.sizes;
    return [batch, image, image, channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [tokens] = [inputs].flat() as [tf.Tensor3D];
    const { image, patch, channels } = this.sizes;
    const [batch, window, width] = tokens.shape;
    const side = image / patch;
    return tf.tidy(() => {
      const patches = tf.slice(tokens, [0, window - side * side, 0], [batch, side * side, width]);
      // A row of a patch lies together already: only its rows change places with the patches beside it.
      const rows = tf.reshape<tf.Rank.R5>(patches, [batch, side, side, patch, patch * channels]);
      return tf.reshape(tf.transpose(rows, [0, 1, 3, 2, 4]), [batch, image, image, channels]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.sizes };
  }
}
tf.serialization.registerClass(Unpatch);

/**
 * tf.layers layer that puts an image together from its patches, row by row, each with its pixels row by row and their channels
 * side by side: the last (image/patch)² tokens of [batch, window, patch²·channels] → [batch, image, image, channels].
 */
export function unpatch(options: UnpatchOptions): tf.layers.Layer {
  return new Unpatch(options);
}
