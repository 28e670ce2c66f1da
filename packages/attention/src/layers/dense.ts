import * as tf from '@tensorflow/tfjs';
import type { Activation } from '../activations.ts';
import { AttentionError, formatShape } from '../errors.ts';
import { type LinearActivation, linear } from '../linear.ts';
import { activated, checkDenseOptions, type DenseOptions } from './dense-options.ts';
import { glorotUniform, type Initializer, resolveInitializer, serializeInitializer } from './initializer.ts';
import { onlyInput, onlyShape } from './shapes.ts';

/** See `dense`; `positionWiseDense` and `gatedDense` change a part of it. */
export class Dense extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'SwitchyardDense';
  protected readonly units: number;
  private readonly activation: Activation;
  private readonly useBias: boolean;
  private readonly kernelInitializer: Initializer | undefined;
  private kernel: tf.LayerVariable | undefined;
  private bias: tf.LayerVariable | undefined;

  constructor(config: DenseOptions) {
    super(config);
    checkDenseOptions(config);
    const { units, activation = 'linear', useBias = true } = config;
    this.supportsMasking = true;
    this.units = units;
    this.activation = activation;
    this.useBias = useBias;
    this.kernelInitializer = resolveInitializer(config.kernelInitializer);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { positions, width } = this.kernelAxes(inputShape);
    const initializer = this.kernelInitializer ?? glorotUniform(width, this.units);
    this.kernel = this.addWeight('kernel', [...positions, width, this.columns()], 'float32', initializer);
    if (this.useBias) {
      this.bias = this.addWeight('bias', [...positions, this.columns()], 'float32', tf.initializers.zeros());
    }
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...onlyShape(inputShape).slice(0, -1), this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = onlyInput(inputs);
      const kernel = this.kernel!.read();
      const bias = this.bias?.read();
      return activated((kind) => this.affine(x, kernel, bias, kind), this.activation);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: this.activation,
      useBias: this.useBias,
      kernelInitializer: serializeInitializer(this.kernelInitializer),
    };
  }

  /** Columns of the kernel. */
  protected columns(): number {
    return this.units;
  }

  /** The axes of the kernel before [in, units], and the width of the input. */
  protected kernelAxes(inputShape: tf.Shape | tf.Shape[]): { positions: number[]; width: number } {
    const shape = onlyShape(inputShape);
    const width = shape.at(-1);
    if (shape.length < 2 || typeof width !== 'number') {
      throw new AttentionError(
        'SWITCHYARD_ATTENTION_SHAPE',
        `${this.name}: input ${formatShape(shape)} must be [batch, ..., width] with a known width`,
      );
    }
    return { positions: [], width };
  }

  protected affine(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor | undefined, kind: LinearActivation): tf.Tensor {
    return linear(x, kernel as tf.Tensor2D, bias as tf.Tensor1D | undefined, kind);
  }
}
tf.serialization.registerClass(Dense);

/**
 * A dense layer, y = activation(x·W + b) along the last axis: [batch, ..., in] → [batch, ..., units]. It computes what
 * tf.layers.dense does, in one kernel where the backend has it, and knows the activations of this package.
 *
 * Weights: `kernel` [in, units], `bias` [units].
 *
 * @throws AttentionError for a bad option here, and when the layer is built, for an input without a known width
 */
export function dense(options: DenseOptions): tf.layers.Layer {
  return new Dense(options);
}
