import { captureStep } from '@switchyard/backend-simd';
import { createStream } from '@switchyard/random';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { dropout } from './dropout.ts';

const [rate, seed, name] = [0.3, 9, 'somewhere/dropout'];
const shape = [7, 11, 13];
const size = 7 * 11 * 13;

/** The factors of the n-th training call, as the documentation says. */
function mask(step: number): Float32Array {
  const words = createStream(seed).fork('dropout', name, step);
  return Float32Array.from({ length: size }, () =>
    words.nextUint32() >= Math.floor(rate * 2 ** 32) ? 1 / (1 - rate) : 0,
  );
}

function modelOf(layer: tf.layers.Layer): tf.LayersModel {
  const x = tf.input({ shape: shape.slice(1) });
  return tf.model({ inputs: x, outputs: layer.apply(x) as tf.SymbolicTensor });
}

const stepOf = (model: tf.LayersModel) => model.weights.at(-1)!.read().dataSync()[0];

describe.each(['cpu', 'simd'])('dropout on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });

  test('training calls take one mask after the other, gradients the mask of their call; other calls change nothing', () => {
    tf.tidy(() => {
      const model = modelOf(dropout({ rate, seed, name }));
      const [x, upstream] = [tf.randomNormal(shape, 0, 1, 'float32', 1), tf.randomNormal(shape, 0, 1, 'float32', 2)];
      for (const step of [0, 1, 2, 3]) {
        expect((model.apply(x) as tf.Tensor).dataSync()).toEqual(x.dataSync());
        const { value, grad } = tf.valueAndGrad((at: tf.Tensor) => model.apply(at, { training: true }) as tf.Tensor)(
          x,
          upstream,
        );
        const factors = tf.tensor(mask(step), shape);
        expect(value.dataSync()).toEqual(tf.mul(x, factors).dataSync());
        expect(grad.dataSync()).toEqual(tf.mul(upstream, factors).dataSync());
        expect(stepOf(model)).toBe(step + 1);
      }
    });
  });

  test('a shared layer draws a mask for each of its calls', () => {
    tf.tidy(() => {
      const layer = dropout({ rate, seed, name });
      const x = tf.input({ shape: shape.slice(1) });
      const model = tf.model({ inputs: x, outputs: layer.apply(layer.apply(x)) as tf.SymbolicTensor });
      const y = (x: tf.Tensor) => model.apply(x, { training: true }) as tf.Tensor;
      const { value, grad } = tf.valueAndGrad(y)(tf.ones(shape), tf.ones(shape));
      const both = tf.mul(tf.tensor(mask(0), shape), tf.tensor(mask(1), shape)).dataSync();
      expect(value.dataSync()).toEqual(both);
      expect(grad.dataSync()).toEqual(both);
    });
  });

  test('works under tf’s own fit, and rests in evaluate and predict', async () => {
    const layer = dropout({ rate: 0.5, seed, name });
    const model = tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: [4] }), layer, tf.layers.dense({ units: 1 })],
    });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const [x, y] = [tf.ones([6, 4]), tf.ones([6, 1])];
    await model.fit(x, y, { batchSize: 2, epochs: 2, verbose: 0 });
    expect(stepOf(model)).toBe(6);
    tf.dispose([model.evaluate(x, y), model.predict(x)]);
    expect(stepOf(model)).toBe(6);
    expect(model.trainableWeights.length).toBe(2);
  });

  test('rate 0 draws nothing', () => {
    tf.tidy(() => {
      const model = modelOf(dropout({ rate: 0, seed, name }));
      expect((model.apply(tf.ones(shape), { training: true }) as tf.Tensor).dataSync()).toEqual(
        new Float32Array(size).fill(1),
      );
    });
  });

  test('steps start again after 2²⁴', () => {
    tf.tidy(() => {
      const model = modelOf(dropout({ rate, seed, name }));
      model.setWeights([tf.scalar(2 ** 24 - 1)]);
      model.apply(tf.ones(shape), { training: true });
      expect(stepOf(model)).toBe(0);
    });
  });
});

test('captured steps go on from mask to mask', async () => {
  await tf.setBackend('simd');
  const model = modelOf(dropout({ rate, seed, name }));
  const step = captureStep((x: tf.Tensor) => model.apply(x, { training: true }) as tf.Tensor);
  for (let i = 0; i < 12; i++) {
    const y = tf.tidy(() => step(tf.ones(shape)));
    expect(y.dataSync()).toEqual(mask(i));
    y.dispose();
  }
  expect(step.state).toBe('captured');
  expect(step.slowKernels).toEqual([]);
  expect(stepOf(model)).toBe(12);
  step.dispose();
});

test('a bad rate is an error that states the rule', () => {
  for (const bad of [-0.1, 1, NaN]) {
    expect(() => dropout({ rate: bad, seed, name })).toThrow(`dropout rate ${bad}: must be at least 0 and below 1`);
  }
});
