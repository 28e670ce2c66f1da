import { fusedKernel } from '@switchyard/attention';
import type { Stream } from '@switchyard/random';
import * as tf from '@tensorflow/tfjs';

interface DropoutOptions {
  /** Share of the elements that become 0, in [0, 1). */
  readonly rate: number;
  /** Its child with label `step` draws the mask. */
  readonly stream: Stream;
  /** A whole number from 0 to 2²⁴ − 1. */
  readonly step: tf.Scalar;
}

/**
 * Dropout: y = x ⊙ m, where m[i] = 1/(1 − rate) if word i of `stream.fork(step)` is at least ⌊rate · 2³²⌋, else 0. The mask is a
 * function of stream, step and i: the same on every backend, and the same when the gradient makes it again.
 * [Srivastava et al. 2014]
 *
 * @param x any shape
 * @returns y, shaped as x, and the next step, (step + 1) mod 2²⁴
 */
export function applyDropout<T extends tf.Tensor>(
  x: T,
  { rate, stream, step }: DropoutOptions,
): { y: T; next: tf.Scalar } {
  const fused = fusedKernel('SwitchyardDropout');
  if (fused) {
    const [y, next] = fused([x, step], { rate, key: [...stream.key] }) as [T, tf.Scalar];
    return { y, next };
  }
  const label = step.dataSync()[0]!;
  const words = stream.fork(label);
  const [threshold, scale] = [Math.floor(rate * 2 ** 32), 1 / (1 - rate)];
  const mask = Float32Array.from({ length: x.size }, () => (words.nextUint32() >= threshold ? scale : 0));
  return { y: tf.mul<T>(x, tf.tensor(mask, x.shape)), next: tf.scalar((label + 1) % 2 ** 24) };
}
