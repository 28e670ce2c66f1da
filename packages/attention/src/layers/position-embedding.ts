import * as tf from '@tensorflow/tfjs';
import { type Initializer, type InitializerLike, resolveInitializer, serializeInitializer } from './initializer.ts';
import { knownWindow, onlyInput, sequenceShape } from './shapes.ts';

/** Options of `positionEmbedding`. */
export interface PositionEmbeddingOptions {
  /** Default normal with standard deviation 0.02. */
  initializer?: InitializerLike | null;
  name?: string;
}

/** See `positionEmbedding`. */
export class PositionEmbedding extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'SwitchyardPositionEmbedding';
  private readonly initializer: Initializer | undefined;
  private table: tf.LayerVariable | undefined;

  constructor(config: PositionEmbeddingOptions = {}) {
    super(config);
    this.initializer = resolveInitializer(config.initializer);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { window, width } = sequenceShape(this.name, inputShape);
    const initializer = this.initializer ?? tf.initializers.randomNormal({ mean: 0, stddev: 0.02 });
    this.table = this.addWeight('table', [knownWindow(this.name, window), width], 'float32', initializer);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.add(onlyInput(inputs), this.table!.read());
  }

  /** The same for tokens with `offset` others before them, [batch, tokens, width]. */
  extend(x: tf.Tensor3D, offset: number): tf.Tensor3D {
    const table = this.table!.read() as tf.Tensor2D;
    return tf.tidy(() => tf.add(x, tf.slice(table, [offset, 0], [x.shape[1], table.shape[1]])));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), initializer: serializeInitializer(this.initializer) };
  }
}
tf.serialization.registerClass(PositionEmbedding);

/**
 * Learned positions: y[t] = x[t] + P[t], [batch, window, width] → the same. Weight: `table` [window, width].
 *
 * @throws AttentionError when the layer is built, for an input without a fixed window and width
 */
export function positionEmbedding(options: PositionEmbeddingOptions = {}): PositionEmbedding {
  return new PositionEmbedding(options);
}
