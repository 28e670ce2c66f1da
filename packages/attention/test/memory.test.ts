import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { multiHeadAttention, rmsNormalization } from '../src/index.ts';
import { mechanisms } from '../src/mechanisms.ts';
import { describeOnBackends } from './backends.ts';
import { expectClose } from './expect-close.ts';
import { values } from './values.ts';

const all = Object.entries(mechanisms);
const options = { causal: true, alibi: true };

function input(): tf.Tensor4D {
  return tf.tensor4d(values(1, 2 * 2 * 7 * 4), [2, 2, 7, 4]);
}

describeOnBackends('memory', () => {
  test.each(all)('%s: calls and gradients outside tf.tidy leave only their results', (_, { attention, weights }) => {
    const [x, mask] = [input(), tf.ones([7, 7])];
    const step = (): void => {
      const gradient = tf.grad((q) => attention(q as tf.Tensor4D, x, x, { ...options, mask }));
      tf.dispose([attention(x, x, x, options), weights(x, x, { ...options, mask }), gradient(x)]);
    };
    step();
    const before = tf.memory();
    for (let repeat = 0; repeat < 5; repeat++) step();
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    tf.dispose([x, mask]);
  });

  test('training a layer with rotary positions keeps the number of tensors', () => {
    const layers = [
      rmsNormalization({ name: 'norm' }),
      multiHeadAttention({ heads: 2, mechanism: 'cog', positions: 'rotary', name: 'attention' }),
    ];
    const model = tf.sequential();
    model.add(tf.layers.inputLayer({ inputShape: [7, 8] }));
    for (const layer of layers) model.add(layer);
    const [x, optimizer] = [tf.tensor3d(values(2, 2 * 7 * 8), [2, 7, 8]), tf.train.sgd(0.1)];
    const step = (): void => {
      optimizer.minimize(() => tf.mean(tf.square(model.apply(x) as tf.Tensor)));
    };
    step();
    const before = tf.memory();
    for (let repeat = 0; repeat < 5; repeat++) step();
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    x.dispose();
    model.dispose();
    optimizer.dispose();
  });

  test.each(all)('%s: constants first made inside tf.tidy serve calls after it', (_, { weights }) => {
    const run = (): tf.Tensor => tf.tidy(() => weights(tf.ones([1, 3, 11, 2]), tf.ones([1, 3, 13, 2]), options));
    const first = run();
    const second = run();
    expectClose(second, first);
    tf.dispose([first, second]);
  });
});

test('every backend has constants of its own, and a backend that was replaced gets new ones', async () => {
  tf.copyRegisteredKernels('cpu', 'second');
  const results: Float32Array[] = [];
  for (const name of ['cpu', 'second', 'cpu', 'second']) {
    if (name === 'second') tf.registerBackend(name, tf.findBackendFactory('cpu')!);
    await tf.setBackend(name);
    results.push(tf.tidy(() => mechanisms.ea.weights(input(), input(), options).dataSync() as Float32Array));
    if (name === 'second') {
      await tf.setBackend('cpu');
      tf.removeBackend(name);
    }
  }
  for (const result of results) expect(result).toEqual(results[0]);
});
