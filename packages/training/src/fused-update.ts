import * as tf from '@tensorflow/tfjs';
import { fusedKernel } from './fused-kernel.ts';
import { biasCorrection } from './naive-update.ts';
import type { Update } from './update.ts';

/** Whether the current backend has the fused optimizer kernels; @switchyard/backend-simd's README is their contract. */
export function hasFusedUpdate(): boolean {
  return fusedKernel('SwitchyardAdamW') !== undefined;
}

/** `applyUpdate` in one kernel call that writes the variables' own buffers. Call it inside `tf.tidy`. */
export function fusedUpdate({ optimizer, parameters, gradients, slots, learningRate, step, clip }: Update): void {
  const scale = clip === undefined ? tf.ones([1]) : clippingFactor(gradients, clip);
  const perParameter = parameters.flatMap((parameter, index) => [
    parameter,
    gradients[index]!,
    ...slots.map((slot) => slot[index]!),
  ]);
  if (optimizer.kind === 'sgd') {
    const { momentum, weightDecay } = optimizer;
    const hyper = tf.reshape(learningRate, [1]);
    fusedKernel('SwitchyardSgd')!([hyper, scale, ...perParameter], { momentum, weightDecay, nesterov: false });
  } else {
    const { kind, beta1, beta2, epsilon, weightDecay } = optimizer;
    const hyper = tf.stack([learningRate, biasCorrection(beta1, step), biasCorrection(beta2, step)]);
    const attributes = { beta1, beta2, epsilon, weightDecay, decoupled: kind === 'adamw' };
    fusedKernel('SwitchyardAdamW')!([hyper, scale, ...perParameter], attributes);
  }
}

function clippingFactor(gradients: readonly tf.Tensor[], maximum: number): tf.Tensor {
  return fusedKernel('SwitchyardGlobalNorm')!([...gradients], { maximum })[1]!;
}
