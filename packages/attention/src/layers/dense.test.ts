import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../../test/backends.ts';
import { expectClose } from '../../test/expect-close.ts';
import { reloaded } from '../../test/reloaded.ts';
import { values } from '../../test/values.ts';
import { dense, gelu } from '../index.ts';

function modelOf(layer: tf.layers.Layer, leading: number[]): tf.LayersModel {
  const x = tf.input({ shape: [...leading, 4] });
  return tf.model({ inputs: x, outputs: layer.apply(x) as tf.SymbolicTensor });
}

const input = (leading: number[]): tf.Tensor => {
  const shape = [2, ...leading, 4];
  return tf.tensor(values(1, tf.util.sizeFromShape(shape)), shape);
};

describeOnBackends('dense', () => {
  test.each([
    { leading: [], activation: 'relu', useBias: true },
    { leading: [3], activation: 'linear', useBias: true },
    { leading: [3], activation: 'relu', useBias: true },
    { leading: [3, 2], activation: 'relu', useBias: false },
  ] as const)('values, gradients and weight names of tf.layers.dense: %j', ({ leading, ...options }) => {
    tf.tidy(() => {
      const x = input([...leading]);
      const models = [dense, tf.layers.dense].map((layer) =>
        modelOf(layer({ units: 5, ...options, name: 'dense' }), [...leading]),
      );
      const results = models.map((model) => {
        model.setWeights(
          model.weights.map(({ shape }, i) => tf.tensor(values(i + 2, shape[0]! * (shape[1] ?? 1)), shape as number[])),
        );
        const loss = (): tf.Scalar => tf.sum(tf.square(model.apply(x) as tf.Tensor));
        const { grads } = tf.variableGrads(
          loss,
          model.trainableWeights.map((weight) => weight.read() as tf.Variable),
        );
        const ofInput = tf.grad((at: tf.Tensor) => tf.sum(tf.square(model.apply(at) as tf.Tensor)))(x);
        return [
          model.apply(x) as tf.Tensor,
          ofInput,
          ...model.weights.map((weight) => grads[(weight.read() as tf.Variable).name]!),
        ];
      });
      results[0]!.forEach((result, i) => {
        expectClose(result, results[1]![i]!);
      });
      const names = models.map((model) => model.weights.map(({ originalName }) => originalName));
      expect(names[0]).toEqual(names[1]);
      expect(models[0]!.outputs[0]!.shape).toEqual(models[1]!.outputs[0]!.shape);
    });
  });

  test('activations beyond those of the product', () => {
    tf.tidy(() => {
      const [model, plain] = (['gelu', 'linear'] as const).map((activation) =>
        modelOf(dense({ units: 5, activation }), [3]),
      );
      plain!.setWeights(model!.getWeights());
      expectClose(model!.apply(input([3])) as tf.Tensor, gelu(plain!.apply(input([3])) as tf.Tensor));
    });
  });

  test('survives model.save and tf.loadLayersModel', async () => {
    const initializer = tf.initializers.randomUniform({ minval: -1, maxval: 1, seed: 3 });
    const options = { units: 2, activation: 'silu', useBias: false, kernelInitializer: initializer } as const;
    const model = modelOf(dense(options), [3]);
    const copy = await reloaded(model);
    tf.tidy(() => expectClose(copy.apply(input([3])) as tf.Tensor, model.apply(input([3])) as tf.Tensor, 1e-6));
    expect(copy.layers[1]!.getConfig()).toEqual(model.layers[1]!.getConfig());
    expect(copy.outputs[0]!.shape).toEqual([null, 3, 2]);
  });
});

test('errors name option, value and rule', () => {
  expect(() => dense({ units: 1.5 })).toThrow('units 1.5: must be a positive integer');
  expect(() => dense({ units: 2, name: 'dense' }).build([null, null])).toThrow(
    'dense: input [null, null] must be [batch, ..., width] with a known width',
  );
});
