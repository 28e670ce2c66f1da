import * as tf from '@tensorflow/tfjs';
import { fusedKernel } from './fused-kernel.ts';
import { biasCorrection } from './naive-update.ts';
import type { Update } from './update.ts';

/**
 * `applyUpdate` in one kernel call that writes the variables' own buffers, as a function, or undefined where the
 * current backend lacks the kernels. Call it inside `tf.tidy`.
 */
export function fusedUpdate(): ((update: Update) => void) | undefined {
  const adamW = fusedKernel('SwitchyardAdamW');
  const sgd = fusedKernel('SwitchyardSgd');
  const globalNorm = fusedKernel('SwitchyardGlobalNorm');
  if (!adamW || !sgd || !globalNorm) return undefined;
  return ({ optimizer, parameters, gradients, slots, learningRate, step, clip }) => {
    const scale = clip === undefined ? tf.ones([1]) : globalNorm([...gradients], { maximum: clip })[1]!;
    const tensors = parameters.flatMap((parameter, index) => [
      parameter,
      gradients[index]!,
      ...slots.map((slot) => slot[index]!),
    ]);
    if (optimizer.kind === 'sgd') {
      const { momentum, weightDecay } = optimizer;
      sgd([tf.reshape(learningRate, [1]), scale, ...tensors], { momentum, weightDecay, nesterov: false });
    } else {
      const { kind, beta1, beta2, epsilon, weightDecay } = optimizer;
      const hyper = tf.stack([learningRate, biasCorrection(beta1, step), biasCorrection(beta2, step)]);
      adamW([hyper, scale, ...tensors], { beta1, beta2, epsilon, weightDecay, decoupled: kind === 'adamw' });
    }
  };
}
