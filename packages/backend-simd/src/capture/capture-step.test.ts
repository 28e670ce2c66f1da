import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { captureStep } from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('simd');
});

interface Training {
  readonly step: (tokens: tf.Tensor, targets: tf.Tensor) => tf.Scalar;
  readonly values: () => number[][];
}

let seed = 1;
const initializer = () => tf.initializers.randomUniform({ minval: -0.2, maxval: 0.2, seed: seed++ });

function training(kind: string, optimizer: tf.Optimizer): Training {
  seed = 1;
  const window = 6;
  const width = 8;
  const model = tf.sequential();
  model.add(
    tf.layers.embedding({ inputDim: 11, outputDim: width, inputLength: window, embeddingsInitializer: initializer() }),
  );
  model.add(tf.layers.layerNormalization());
  if (kind === 'lstm') {
    model.add(
      tf.layers.lstm({
        units: width,
        returnSequences: true,
        kernelInitializer: initializer(),
        recurrentInitializer: initializer(),
      }),
    );
  } else {
    model.add(tf.layers.dense({ units: 16, activation: 'relu', kernelInitializer: initializer() }));
  }
  model.add(tf.layers.dense({ units: 11, kernelInitializer: initializer() }));
  const parameters = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return {
    step: (tokens, targets) =>
      optimizer.minimize(
        () =>
          tf.losses.softmaxCrossEntropy(
            tf.oneHot(targets as tf.Tensor1D, 11),
            model.apply(tokens, { training: true }) as tf.Tensor,
          ),
        true,
        parameters,
      )!,
    values: () => parameters.map((parameter) => Array.from(parameter.dataSync())),
  };
}

function batch(i: number): tf.Tensor[] {
  const tokens = Int32Array.from({ length: 4 * 6 }, (_, k) => (i * 31 + k * k * 7 + (k >> 2)) % 11);
  return [
    tf.tensor2d(tokens, [4, 6], 'int32'),
    tf.tensor2d(
      tokens.map((t) => (t + 3) % 11),
      [4, 6],
      'int32',
    ),
  ];
}

const optimizers: Record<string, () => tf.Optimizer> = {
  adam: () => tf.train.adam(0.01),
  momentum: () => tf.train.momentum(0.05, 0.9),
  sgd: () => tf.train.sgd(0.1),
};

for (const kind of ['dense', 'lstm']) {
  for (const [name, optimizer] of Object.entries(optimizers)) {
    test(`${kind} with ${name}: 200 steps are those of running, bit for bit`, () => {
      const run = (wrap: boolean) => {
        const { step, values } = training(kind, optimizer());
        const captured = wrap ? captureStep(step) : undefined;
        const losses: number[] = [];
        for (let i = 0; i < 200; i++) {
          const inputs = batch(i) as [tf.Tensor, tf.Tensor];
          const loss = (captured ?? step)(...inputs);
          losses.push(loss.dataSync()[0]!);
          tf.dispose([...inputs, loss]);
        }
        const result = { losses, values: values() };
        if (captured) {
          console.log(
            kind,
            name,
            captured.state,
            captured.refusal?.message,
            captured.bytes,
            captured.livePeak,
            captured.calls,
            String(captured.slowKernels),
          );
          expect(captured.state).toBe('captured');
        }
        return result;
      };
      expect(run(true)).toEqual(run(false));
    });
  }
}
