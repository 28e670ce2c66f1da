import * as tf from '@tensorflow/tfjs';

/**
 * Where a sample stands on its way from data to noise, as a vector: cos(t·f) then sin(t·f) for the frequencies
 * f = 10 000^(−i/half), i < half = width/2. [L24 (c): U-ViT's timestep_embedding]
 *
 * @param timesteps any real numbers, [batch] or [batch, 1]
 * @param width even
 * @returns [batch, width]
 */
export function timeEmbedding(timesteps: tf.Tensor, width: number): tf.Tensor2D {
  return tf.tidy(() => {
    const half = width / 2;
    const frequencies = Float32Array.from({ length: half }, (_, i) => Math.exp((-Math.log(10_000) * i) / half));
    const angles = tf.mul(tf.reshape(timesteps, [-1, 1]), tf.tensor(frequencies, [1, half]));
    return tf.concat([tf.cos(angles), tf.sin(angles)], 1) as tf.Tensor2D;
  });
}

class TimeToken extends tf.layers.Layer {
  static readonly className = 'SwitchyardTimeToken';
  private readonly units: number;

  constructor({ units, ...layer }: { units: number; name: string }) {
    super(layer);
    this.units = units;
  }

  override computeOutputShape([batch = null]: tf.Shape): tf.Shape {
    return [batch, 1, this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [timesteps] = [inputs].flat() as [tf.Tensor];
    return tf.tidy(() => tf.reshape(timeEmbedding(timesteps, this.units), [-1, 1, this.units]));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units };
  }
}
tf.serialization.registerClass(TimeToken);

/** tf.layers layer around {@link timeEmbedding}: timesteps [batch, 1] → one token [batch, 1, units]. It has no weights. */
export function timeToken(options: { units: number; name: string }): tf.layers.Layer {
  return new TimeToken(options);
}
