import * as tf from '@tensorflow/tfjs';

/** One tensor of another library's file. */
export interface OfficialTensor {
  readonly name: string;
  /** Its shape in the file. */
  readonly shape: readonly number[];
  /** Axes of the file in the order in which our weight has them; default: the same order. */
  readonly permutation?: readonly number[];
}

/** One weight of a model, and the tensors that lie side by side along its last axis. */
export interface OfficialWeight {
  /** Name of the weight within its model. */
  readonly weight: string;
  readonly tensors: readonly OfficialTensor[];
}

/** A weight that is one tensor of the file, its axes in another order perhaps. */
export function renamed(
  weight: string,
  name: string,
  shape: readonly number[],
  permutation?: readonly number[],
): OfficialWeight {
  return { weight, tensors: [{ name, shape, ...(permutation && { permutation }) }] };
}

/** The kernel [inputs, units] of a product, which PyTorch stores as [units, inputs]. */
export function transposed(weight: string, name: string, inputs: number, units: number): OfficialWeight {
  return renamed(weight, name, [units, inputs], [1, 0]);
}

/**
 * The values of a weight from those of the file's tensors.
 *
 * @param shape of the weight: that of the permuted tensors side by side, or the same numbers in other axes
 */
export function fromOfficialTensors(tensors: readonly OfficialTensor[], values: Float32Array[], shape: number[]) {
  return tf.tidy(() => {
    const parts = tensors.map((tensor, index) => {
      const value = tf.tensor(values[index]!, [...tensor.shape]);
      return tensor.permutation ? tf.transpose(value, [...tensor.permutation]) : value;
    });
    return tf.reshape(parts.length === 1 ? parts[0]! : tf.concat(parts, -1), shape);
  });
}

/** The tensors of the file from the values of a weight, the inverse of {@link fromOfficialTensors}. */
export function toOfficialTensors(tensors: readonly OfficialTensor[], weight: tf.Tensor): Float32Array[] {
  return tf.tidy(() => {
    const shapes = tensors.map(({ shape, permutation = shape.map((_, axis) => axis) }) =>
      permutation.map((axis) => shape[axis]!),
    );
    const columns = shapes.map((shape) => shape.at(-1)!);
    const parts = tensors.length === 1 ? [weight] : tf.split(weight, columns, -1);
    return tensors.map(({ permutation }, index) => {
      const part = tf.reshape(parts[index]!, shapes[index]!);
      const inverse = permutation?.map((_, axis) => permutation.indexOf(axis));
      return Float32Array.from((inverse ? tf.transpose(part, inverse) : part).dataSync());
    });
  });
}
