import '@switchyard/backend-simd';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { allConfigs, inputsOf } from '../test/configs.ts';
import { expectClose } from '../test/fixtures.ts';
import { createModel } from './create-model.ts';

interface Results {
  weights: unknown;
  logits: unknown;
  /** Of Σ logits², for every weight. */
  gradients: number[][];
}

/** Weights, logits and gradients of a new model on one backend. */
async function on(backend: string, name: string): Promise<Results> {
  expect(await tf.setBackend(backend)).toBe(true);
  return tf.tidy(() => {
    const model = createModel(allConfigs[name]!);
    const inputs = inputsOf(allConfigs[name]!);
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { grads } = tf.variableGrads(() => tf.sum(tf.square(model.apply(inputs) as tf.Tensor)), variables);
    return {
      weights: model.getWeights().map((weight) => weight.arraySync()),
      logits: (model.predict(inputs) as tf.Tensor).arraySync(),
      gradients: variables.map(({ name }) => Array.from(grads[name]!.dataSync())),
    };
  });
}

test.each(Object.keys(allConfigs))(
  '%s: the same weights on simd as on cpu, logits and gradients close',
  async (name) => {
    const simd = await on('simd', name);
    const cpu = await on('cpu', name);
    expect(simd.weights).toEqual(cpu.weights);
    expectClose(tf.tensor(simd.logits as number[][]), tf.tensor(cpu.logits as number[][]));
    for (const [index, gradient] of cpu.gradients.entries()) {
      expectClose(tf.tensor(simd.gradients[index]!), tf.tensor(gradient), 1e-3);
    }
  },
);

test('a seed means the same weights in every version', async () => {
  await tf.setBackend('cpu');
  const model = createModel({ kind: 'lstm', vocabulary: 3, window: 2, width: 2, seed: 7 });
  const first = model.weights.map((weight) => [weight.originalName, weight.read().dataSync()[1]]);
  expect(first).toEqual([
    ['embedding/kernel', 1.663418173789978],
    ['lstm-0/kernel', 0.09540891647338867],
    ['lstm-0/recurrent_kernel', 0.07088762521743774],
    ['lstm-0/bias', 0],
    ['head/kernel', -0.4321911633014679],
    ['head/bias', 0],
  ]);
});
