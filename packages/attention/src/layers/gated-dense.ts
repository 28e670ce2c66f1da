import * as tf from '@tensorflow/tfjs';
import { swiglu } from '../activations.ts';
import { Dense } from './dense.ts';
import type { DenseOptions } from './dense-options.ts';

/** Options of `gatedDense`. */
export type GatedDenseOptions = Omit<DenseOptions, 'activation'>;

class GatedDense extends Dense {
  /** @nocollapse */
  static override className = 'SwitchyardGatedDense';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => swiglu(super.call(inputs)));
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { activation, ...config } = super.getConfig();
    return config;
  }

  protected override columns(): number {
    return 2 * this.units;
  }
}
tf.serialization.registerClass(GatedDense);

/**
 * The first half of a gated feed-forward part (SwiGLU), y = silu(x·G + g) ⊙ (x·V + v) along the last axis:
 * [batch, ..., in] → [batch, ..., units]. One product and one kernel where the backend has it; a `dense` after it makes the
 * whole feed-forward part. [Shazeer 2020; used by Cogformer, PAPERS.md §3 (c)]
 *
 * Weights: `kernel` [in, 2·units], G and V side by side, `bias` [2·units].
 *
 * @throws AttentionError for a bad option here, and when the layer is built, for an input without a known width
 */
export function gatedDense(options: GatedDenseOptions): tf.layers.Layer {
  return new GatedDense(options);
}
