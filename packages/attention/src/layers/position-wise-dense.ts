import * as tf from '@tensorflow/tfjs';
import { type LinearActivation, positionWiseLinear } from '../linear.ts';
import { Dense } from './dense.ts';
import type { DenseOptions } from './dense-options.ts';
import { knownWindow, sequenceShape } from './shapes.ts';

class PositionWiseDense extends Dense {
  /** @nocollapse */
  static override className = 'SwitchyardPositionWiseDense';

  protected override kernelAxes(inputShape: tf.Shape | tf.Shape[]): { positions: number[]; width: number } {
    const { window, width } = sequenceShape(this.name, inputShape);
    return { positions: [knownWindow(this.name, window)], width };
  }

  protected override affine(
    x: tf.Tensor,
    kernel: tf.Tensor,
    bias: tf.Tensor | undefined,
    kind: LinearActivation,
  ): tf.Tensor {
    return positionWiseLinear(x as tf.Tensor3D, kernel as tf.Tensor3D, bias as tf.Tensor2D | undefined, kind);
  }
}
tf.serialization.registerClass(PositionWiseDense);

/**
 * A dense layer with weights of its own at every position, as in the cisformer: y[t] = activation(x[t]·W[t] + b[t]),
 * [batch, window, in] → [batch, window, units]. [PAPERS.md §1 (r)]
 *
 * Weights: `kernel` [window, in, units], `bias` [window, units].
 *
 * @throws AttentionError for a bad option here, and when the layer is built, for an input without a fixed window and width
 */
export function positionWiseDense(options: DenseOptions): tf.layers.Layer {
  return new PositionWiseDense(options);
}
