import * as tf from '@tensorflow/tfjs';
import { layerNorm } from '../normalization.ts';
import { checkEpsilon, gainShape } from './gains.ts';
import { onlyInput } from './shapes.ts';

/** Options of `layerNormalization`. */
export interface LayerNormalizationOptions {
  /** Added to the variance. Default 1e-5. */
  epsilon?: number;
  /** Gains and offsets of every position for itself, [window, width], as in the cisformer. Default false: [width]. */
  positionWise?: boolean;
  name?: string;
}

class LayerNormalization extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'SwitchyardLayerNormalization';
  private readonly epsilon: number;
  private readonly positionWise: boolean;
  private gamma: tf.LayerVariable | undefined;
  private beta: tf.LayerVariable | undefined;

  constructor(config: LayerNormalizationOptions = {}) {
    super(config);
    const { epsilon = 1e-5, positionWise = false } = config;
    this.epsilon = checkEpsilon(epsilon);
    this.positionWise = positionWise;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = gainShape(this.name, inputShape, this.positionWise);
    this.gamma = this.addWeight('gamma', shape, 'float32', tf.initializers.ones());
    this.beta = this.addWeight('beta', shape, 'float32', tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return layerNorm(onlyInput(inputs), this.gamma!.read(), this.beta!.read(), this.epsilon);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.epsilon, positionWise: this.positionWise };
  }
}
tf.serialization.registerClass(LayerNormalization);

/**
 * Layer normalisation over the width (`layerNorm`) as a layer, [batch, window, width] → the same. Weights: `gamma` (ones)
 * and `beta` (zeros), [width] or position-wise [window, width].
 *
 * @throws AttentionError when epsilon is not positive, and when the layer is built, for an input that is not
 * [batch, window, width], or an open window with position-wise gains
 */
export function layerNormalization(options: LayerNormalizationOptions = {}): tf.layers.Layer {
  return new LayerNormalization(options);
}
