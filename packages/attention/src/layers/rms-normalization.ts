import * as tf from '@tensorflow/tfjs';
import { rmsNorm } from '../normalization.ts';
import { checkEpsilon, gainShape } from './gains.ts';
import { onlyInput } from './shapes.ts';

/** Options of `rmsNormalization`. */
export interface RmsNormalizationOptions {
  /** Added to the mean square. Default 1e-6. */
  epsilon?: number;
  /** Gains of every position for itself, [window, width], as in the cisformer. Default false: [width]. */
  positionWise?: boolean;
  name?: string;
}

class RmsNormalization extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'SwitchyardRmsNormalization';
  private readonly epsilon: number;
  private readonly positionWise: boolean;
  private gamma: tf.LayerVariable | undefined;

  constructor(config: RmsNormalizationOptions = {}) {
    super(config);
    const { epsilon = 1e-6, positionWise = false } = config;
    this.epsilon = checkEpsilon(epsilon);
    this.positionWise = positionWise;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = gainShape(this.name, inputShape, this.positionWise);
    this.gamma = this.addWeight('gamma', shape, 'float32', tf.initializers.ones());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return rmsNorm(onlyInput(inputs), this.gamma!.read(), this.epsilon);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.epsilon, positionWise: this.positionWise };
  }
}
tf.serialization.registerClass(RmsNormalization);

/**
 * Root-mean-square normalisation over the width (`rmsNorm`) as a layer, [batch, window, width] → the same. Weight: `gamma`
 * (ones), [width] or position-wise [window, width].
 *
 * @throws AttentionError when epsilon is not positive, and when the layer is built, for an input that is not
 * [batch, window, width], or an open window with position-wise gains
 */
export function rmsNormalization(options: RmsNormalizationOptions = {}): tf.layers.Layer {
  return new RmsNormalization(options);
}
