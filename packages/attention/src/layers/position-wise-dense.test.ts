import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../../test/backends.ts';
import { expectClose } from '../../test/expect-close.ts';
import { reloaded } from '../../test/reloaded.ts';
import { values } from '../../test/values.ts';
import { gelu, positionWiseDense } from '../index.ts';

function modelOf(layer: tf.layers.Layer): tf.LayersModel {
  const x = tf.input({ shape: [3, 4] });
  return tf.model({ inputs: x, outputs: layer.apply(x) as tf.SymbolicTensor });
}

const input = (): tf.Tensor3D => tf.tensor3d(values(1, 24), [2, 3, 4]);

describeOnBackends('positionWiseDense', () => {
  test('every position has its own matrix and bias', () => {
    tf.tidy(() => {
      const model = modelOf(positionWiseDense({ units: 5, activation: 'gelu' }));
      const [kernel, bias] = [tf.tensor3d(values(2, 60), [3, 4, 5]), tf.tensor2d(values(3, 15), [3, 5])];
      model.setWeights([kernel, bias]);
      const rows = [0, 1, 2].map((t) => {
        const at = (x: tf.Tensor, axis: number): tf.Tensor2D => tf.gather(x, t, axis) as tf.Tensor2D;
        return gelu(tf.add(tf.matMul(at(input(), 1), at(kernel, 0)), at(bias, 0)));
      });
      expectClose(model.apply(input()) as tf.Tensor, tf.stack(rows, 1));
    });
  });

  test('relu is the linear layer cut at zero, in values and gradients', () => {
    tf.tidy(() => {
      const [cut, plain] = (['relu', 'linear'] as const).map((activation) =>
        modelOf(positionWiseDense({ units: 5, activation })),
      );
      plain!.setWeights(cut!.getWeights());
      const [first, second] = [cut!.apply.bind(cut), (x: tf.Tensor) => tf.relu(plain!.apply(x) as tf.Tensor)].map(
        (f) => (x: tf.Tensor) => f(x) as tf.Tensor,
      );
      expectClose(first!(input()), second!(input()));
      expectClose(
        tf.grad((x) => tf.sum(tf.square(first!(x))))(input()),
        tf.grad((x) => tf.sum(tf.square(second!(x))))(input()),
      );
    });
  });

  test('survives model.save and tf.loadLayersModel', async () => {
    const initializer = tf.initializers.randomUniform({ minval: -1, maxval: 1, seed: 3 });
    const options = { units: 2, activation: 'geluTanh', useBias: false, kernelInitializer: initializer } as const;
    const model = modelOf(positionWiseDense(options));
    const copy = await reloaded(model);
    tf.tidy(() => expectClose(copy.apply(input()) as tf.Tensor, model.apply(input()) as tf.Tensor, 1e-6));
    expect(copy.layers[1]!.getConfig()).toEqual(model.layers[1]!.getConfig());
    expect(copy.outputs[0]!.shape).toEqual([null, 3, 2]);
  });
});

test('errors name option, value and rule', () => {
  expect(() => positionWiseDense({ units: 0 })).toThrow('units 0: must be a positive integer');
  const unknown = JSON.parse('{"units": 1, "activation": "tanh"}');
  expect(() => positionWiseDense(unknown)).toThrow(
    'activation tanh: must be one of linear, relu, gelu, geluTanh, silu',
  );
  expect(() => positionWiseDense({ units: 2, name: 'dense' }).build([null, null, 4])).toThrow(
    'dense: window null: weights of every position need a fixed window',
  );
});
