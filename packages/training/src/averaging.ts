import * as tf from '@tensorflow/tfjs';
import { fusedKernel } from './fused-kernel.ts';

/**
 * One step of exponential moving averages of weights, after update number t (from 1):
 * a ← a + (1 − d)·(w − a) with d = min(decay, t ÷ (t + 9)).
 *
 * The decay grows with the step, or the initial weights would stay in the average for as long as it remembers: after the
 * first update the average is 90 % of the new weights.
 */
export function moveAverages(
  averages: readonly tf.Variable[],
  parameters: readonly tf.Variable[],
  decay: number,
  step: tf.Scalar,
): void {
  tf.tidy(() => {
    const share = tf.sub(1, tf.minimum(decay, tf.div(step, tf.add(step, 9)))); // 1 − d
    const fused = fusedKernel('SwitchyardMovingAverage');
    if (fused) {
      fused([share, ...averages.flatMap((average, index) => [average, parameters[index]!])]);
      return;
    }
    for (const [index, average] of averages.entries()) {
      average.assign(tf.add(average, tf.mul(share, tf.sub(parameters[index]!, average))));
    }
  });
}

/**
 * Runs work with the averages in the place of the weights, and puts the weights back whatever happens. Without averages
 * the work runs on the weights as they are.
 */
export async function withAverages<T>(
  parameters: readonly tf.Variable[],
  averages: readonly tf.Variable[],
  work: () => Promise<T>,
): Promise<T> {
  if (averages.length === 0) return work();
  const weights = parameters.map((parameter) => tf.clone(parameter));
  try {
    assignAll(parameters, averages);
    return await work();
  } finally {
    assignAll(parameters, weights);
    tf.dispose(weights);
  }
}

function assignAll(variables: readonly tf.Variable[], values: readonly tf.Tensor[]): void {
  for (const [index, variable] of variables.entries()) tf.tidy(() => variable.assign(tf.clone(values[index]!)));
}
