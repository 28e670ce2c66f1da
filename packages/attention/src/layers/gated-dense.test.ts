import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../../test/backends.ts';
import { expectClose } from '../../test/expect-close.ts';
import { reloaded } from '../../test/reloaded.ts';
import { values } from '../../test/values.ts';
import { gatedDense, linear, swiglu } from '../index.ts';

function modelOf(layer: tf.layers.Layer): tf.LayersModel {
  const x = tf.input({ shape: [3, 4] });
  return tf.model({ inputs: x, outputs: layer.apply(x) as tf.SymbolicTensor });
}

const input = (): tf.Tensor3D => tf.tensor3d(values(1, 24), [2, 3, 4]);

describeOnBackends('gatedDense', () => {
  test('is silu(x·G + g) ⊙ (x·V + v), in value and gradients', () => {
    tf.tidy(() => {
      const model = modelOf(gatedDense({ units: 5 }));
      expect(model.outputs[0]!.shape).toEqual([null, 3, 5]);
      const weights = [tf.tensor2d(values(2, 40), [4, 10]), tf.tensor1d(values(3, 10))] as const;
      model.setWeights([...weights]);
      const formula = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor): tf.Tensor => {
        const [gate, value] = [0, 5].map((at) =>
          linear(x, tf.slice(kernel, [0, at], [4, 5]) as tf.Tensor2D, tf.slice(bias, [at], [5]) as tf.Tensor1D),
        ) as [tf.Tensor, tf.Tensor];
        return tf.mul(tf.mul(gate, tf.sigmoid(gate)), value);
      };
      expectClose(model.apply(input()) as tf.Tensor, formula(input(), ...weights));
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(model.apply(input()) as tf.Tensor)));
      const expected = tf.grads((...all) => tf.sum(tf.square(formula(...(all as [tf.Tensor, tf.Tensor, tf.Tensor])))))([
        input(),
        ...weights,
      ]);
      model.weights.forEach((weight, i) => {
        expectClose(grads[(weight.read() as tf.Variable).name]!, expected[i + 1]!);
      });
    });
  });

  test('survives model.save and tf.loadLayersModel', async () => {
    const initializer = tf.initializers.randomUniform({ minval: -1, maxval: 1, seed: 3 });
    const model = modelOf(gatedDense({ units: 2, useBias: false, kernelInitializer: initializer }));
    const copy = await reloaded(model);
    tf.tidy(() => expectClose(copy.apply(input()) as tf.Tensor, model.apply(input()) as tf.Tensor, 1e-6));
    expect(copy.layers[1]!.getConfig()).toEqual(model.layers[1]!.getConfig());
  });
});

test('errors name value and rule', () => {
  expect(() => gatedDense({ units: 1.5 })).toThrow('units 1.5: must be a positive integer');
  expect(() => swiglu(tf.zeros([2, 3]))).toThrow('input [2, 3]: must be [..., 2·units]');
});
