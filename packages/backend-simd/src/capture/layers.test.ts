import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { captureStep } from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('simd');
});

const vocabulary = 11;
const window = 6;
const rows = 4;

type Layers = (initial: () => ReturnType<typeof tf.initializers.randomUniform>) => tf.layers.Layer[];

const models: Record<string, Layers> = {
  'embedding, layerNormalization, dense': (initial) => [
    tf.layers.embedding({ inputDim: vocabulary, outputDim: 8, inputLength: window, embeddingsInitializer: initial() }),
    tf.layers.layerNormalization(),
    tf.layers.dense({ units: 16, activation: 'relu', kernelInitializer: initial() }),
    tf.layers.dense({ units: vocabulary, kernelInitializer: initial() }),
  ],
  'embedding, lstm, gru, dense': (initial) => [
    tf.layers.embedding({ inputDim: vocabulary, outputDim: 8, inputLength: window, embeddingsInitializer: initial() }),
    tf.layers.lstm({ units: 8, returnSequences: true, kernelInitializer: initial(), recurrentInitializer: initial() }),
    tf.layers.gru({ units: 8, returnSequences: true, kernelInitializer: initial(), recurrentInitializer: initial() }),
    tf.layers.dense({ units: vocabulary, kernelInitializer: initial() }),
  ],
  'embedding, conv1d, batchNormalization, pooling': (initial) => [
    tf.layers.embedding({ inputDim: vocabulary, outputDim: 8, inputLength: window, embeddingsInitializer: initial() }),
    tf.layers.conv1d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'tanh', kernelInitializer: initial() }),
    tf.layers.batchNormalization({ momentum: 0.9 }),
    tf.layers.maxPooling1d({ poolSize: 2, strides: 1, padding: 'same' }),
    tf.layers.dense({ units: vocabulary, activation: 'elu', kernelInitializer: initial() }),
  ],
};

const optimizers: Record<string, () => tf.Optimizer> = {
  'tf.train.adam': () => tf.train.adam(0.01),
  'tf.train.momentum': () => tf.train.momentum(0.05, 0.9),
  'tf.train.rmsprop': () => tf.train.rmsprop(0.01),
};

function training(layers: Layers, optimizer: tf.Optimizer) {
  let seed = 1;
  const model = tf.sequential({
    layers: layers(() => tf.initializers.randomUniform({ minval: -0.3, maxval: 0.3, seed: seed++ })),
  });
  const parameters = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const step = (tokens: tf.Tensor, targets: tf.Tensor): tf.Scalar =>
    optimizer.minimize(
      () => {
        const logits = model.apply(tokens, { training: true }) as tf.Tensor;
        return tf.losses.softmaxCrossEntropy(tf.oneHot(targets, vocabulary), logits);
      },
      true,
      parameters,
    )!;
  return { step, weights: () => model.weights.map((weight) => Array.from(weight.read().dataSync())) };
}

/** Losses and final weights of 200 steps. */
function train(step: (tokens: tf.Tensor, targets: tf.Tensor) => tf.Scalar): number[] {
  return Array.from({ length: 200 }, (_, i) => {
    const values = Int32Array.from({ length: rows * window }, (_, k) => (i * 31 + k * k * 7 + (k >> 2)) % vocabulary);
    const tokens = tf.tensor2d(values, [rows, window], 'int32');
    const targets = tf.tensor2d(
      values.map((token) => (token + 3) % vocabulary),
      [rows, window],
      'int32',
    );
    const loss = step(tokens, targets);
    const [value] = loss.dataSync();
    tf.dispose([tokens, targets, loss]);
    return value!;
  });
}

for (const [layers, optimizer] of [
  ['embedding, layerNormalization, dense', 'tf.train.adam'],
  ['embedding, layerNormalization, dense', 'tf.train.momentum'],
  ['embedding, lstm, gru, dense', 'tf.train.adam'],
  ['embedding, conv1d, batchNormalization, pooling', 'tf.train.rmsprop'],
] as const) {
  test(`${layers} with ${optimizer}: 200 captured steps are those of running, bit for bit`, () => {
    const running = training(models[layers]!, optimizers[optimizer]!());
    const replayed = training(models[layers]!, optimizers[optimizer]!());
    const captured = captureStep(replayed.step, { onRefused: (error) => expect.fail(error.message) });
    const losses = train(running.step);
    expect(train(captured)).toEqual(losses);
    expect(replayed.weights()).toEqual(running.weights());
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    expect(captured.state).toBe('captured');
    expect(captured.bytes).toBeLessThanOrEqual(1.3 * captured.livePeak);
    captured.dispose();
  });
}

test('a dropout layer is refused: its mask is random', () => {
  const { step } = training(
    (initial) => [
      ...models['embedding, layerNormalization, dense']!(initial).slice(0, 3),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: vocabulary }),
    ],
    tf.train.sgd(0.1),
  );
  let reason = '';
  train(captureStep(step, { onRefused: ({ message }) => (reason = message) }));
  expect(reason).toMatch(
    /float32 \[4, 6, 16\] tensor that it makes from JavaScript values for \w+ changes from step to step/,
  );
});
