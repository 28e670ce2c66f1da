import type { Initializer } from '@switchyard/attention';
import { createStream } from '@switchyard/random';
import * as tf from '@tensorflow/tfjs';

export interface StreamInitializerOptions {
  /** Seed of the model. */
  readonly seed: number;
  /**
   * Name of the weight within its model: lower case, no underscores, since tfjs rewrites other strings when it saves and
   * loads a model (`aB` → `a_b`, `a_b` → `aB`).
   */
  readonly label: string;
  /** `normal`: scale · N(0, 1). `uniform`: scale · U(−1, 1). */
  readonly distribution: 'normal' | 'uniform';
  /** Standard deviation of the normal, half width of the uniform distribution. */
  readonly scale: number;
}

/** tfjs accepts instances of its own Initializer class alone, and exports nothing but functions that make some. */
const BaseInitializer: (abstract new () => Initializer) & Pick<typeof tf.serialization.Serializable, 'fromConfig'> =
  Object.getPrototypeOf(tf.initializers.ones().constructor);

class StreamInitializer extends BaseInitializer {
  static readonly className = 'SwitchyardStreamInitializer';
  private readonly options: StreamInitializerOptions;

  constructor({ seed, label, distribution, scale }: StreamInitializerOptions) {
    super();
    this.options = { seed, label, distribution, scale };
  }

  override apply(shape: tf.Shape): tf.Tensor {
    const { seed, label, distribution, scale } = this.options;
    const dimensions = shape.map(Number);
    const values = new Float32Array(tf.util.sizeFromShape(dimensions));
    createStream(seed).fork('weights', label).fill(values, distribution);
    const place =
      distribution === 'normal' ? (value: number) => scale * value : (value: number) => scale * (2 * value - 1);
    return tf.tensor(values.map(place), dimensions, 'float32');
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...this.options };
  }
}
tf.serialization.registerClass(StreamInitializer);

/**
 * A tf.layers initializer whose values depend on seed, label and size alone: not on the backend, not on what was
 * created before. Every weight of a model has a label of its own, so it keeps its values when others are added.
 */
export function streamInitializer(options: StreamInitializerOptions): Initializer {
  return new StreamInitializer(options);
}
