import type * as tf from '@tensorflow/tfjs';
import { type Activation, activations } from '../activations.ts';
import { AttentionError } from '../errors.ts';
import type { LinearActivation } from '../linear.ts';
import type { InitializerLike } from './initializer.ts';

/** Options of `dense` and `positionWiseDense`. */
export interface DenseOptions {
  /** Width of the output. */
  units: number;
  /** Default 'linear'. */
  activation?: Activation;
  /** Default true. */
  useBias?: boolean;
  /** Default uniform in ±√(6/(in + units)). */
  kernelInitializer?: InitializerLike | null;
  name?: string;
}

/** @throws AttentionError for units or an activation that there are not */
export function checkDenseOptions({ units, activation = 'linear' }: DenseOptions): void {
  if (!Number.isInteger(units) || units < 1) {
    throw new AttentionError('SWITCHYARD_ATTENTION_OPTION', `units ${units}: must be a positive integer`);
  }
  if (!Object.hasOwn(activations, activation)) {
    const known = Object.keys(activations).join(', ');
    throw new AttentionError('SWITCHYARD_ATTENTION_OPTION', `activation ${activation}: must be one of ${known}`);
  }
}

/** The activation of a product: with the product where that can apply it, else after it. */
export function activated<T extends tf.Tensor>(
  product: (activation: LinearActivation) => T,
  activation: Activation,
): T {
  if (activation === 'linear' || activation === 'relu') return product(activation);
  return activations[activation](product('linear'));
}
