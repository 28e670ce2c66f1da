import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from './optimizer.ts';
import type { Update } from './update.ts';

/** The specification of `applyUpdate` in plain tfjs operations; runs on every backend. Call it inside `tf.tidy`. */
export function naiveUpdate(update: Update): void {
  const { optimizer, clip } = update;
  const gradients = clip === undefined ? update.gradients : clipByGlobalNorm(update.gradients, clip);
  if (optimizer.kind === 'sgd') sgdUpdate(optimizer, { ...update, gradients });
  else adamUpdate(optimizer, { ...update, gradients });
}

/** Scales all gradients by min(1, limit ÷ (‖g‖ + 1e-6)) with ‖g‖ the norm over all of them, as PyTorch does. */
function clipByGlobalNorm(gradients: readonly tf.Tensor[], limit: number): tf.Tensor[] {
  const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
  const factor = tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));
  return gradients.map((gradient) => tf.mul(gradient, factor));
}

/** 1 − βᵗ, as −expm1(t·ln β): in float32 the difference itself would lose most of its digits for β near 1. */
export function biasCorrection(beta: number, step: tf.Scalar): tf.Scalar {
  return tf.neg(tf.expm1(tf.mul(step, Math.log(beta))));
}

function adamUpdate(optimizer: Extract<Optimizer, { kind: 'adam' | 'adamw' }>, update: Update): void {
  const { beta1, beta2, epsilon, weightDecay } = optimizer;
  const { parameters, gradients, slots, learningRate, step } = update;
  const [means, variances] = slots as [readonly tf.Variable[], readonly tf.Variable[]];
  const rate = tf.div(learningRate, biasCorrection(beta1, step));
  const varianceCorrection = tf.sqrt(biasCorrection(beta2, step));
  const kept = tf.sub(1, tf.mul(learningRate, optimizer.kind === 'adamw' ? weightDecay : 0));

  for (const [index, parameter] of parameters.entries()) {
    const gradient =
      optimizer.kind === 'adamw' ? gradients[index]! : tf.add(gradients[index]!, tf.mul(parameter, weightDecay));
    const mean = tf.add(tf.mul(means[index]!, beta1), tf.mul(gradient, 1 - beta1));
    const variance = tf.add(tf.mul(variances[index]!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const direction = tf.div(mean, tf.add(tf.div(tf.sqrt(variance), varianceCorrection), epsilon));
    means[index]!.assign(mean);
    variances[index]!.assign(variance);
    parameter.assign(tf.sub(tf.mul(parameter, kept), tf.mul(direction, rate)));
  }
}

function sgdUpdate(optimizer: Extract<Optimizer, { kind: 'sgd' }>, update: Update): void {
  const { parameters, gradients, slots, learningRate } = update;
  const velocities = slots[0]!;
  for (const [index, parameter] of parameters.entries()) {
    const gradient = tf.add(gradients[index]!, tf.mul(parameter, optimizer.weightDecay));
    const velocity = tf.add(tf.mul(velocities[index]!, optimizer.momentum), gradient);
    velocities[index]!.assign(velocity);
    parameter.assign(tf.sub(parameter, tf.mul(velocity, learningRate)));
  }
}
