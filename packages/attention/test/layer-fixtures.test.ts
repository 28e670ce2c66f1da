import * as tf from '@tensorflow/tfjs';
import { test } from 'vitest';
import { gelu, geluTanh, layerNorm, linear, positionWiseLinear, rmsNorm, silu, swiglu } from '../src/index.ts';
import { describeOnBackends } from './backends.ts';
import { expectClose } from './expect-close.ts';
import { readFixture } from './fixtures.ts';

const fixture = readFixture('layers');

/** Output and gradients of one case: `inputs` names the differentiated arguments of `f`. */
function check(name: string, inputs: string[], f: (...x: tf.Tensor[]) => tf.Tensor): void {
  tf.tidy(() => {
    const get = (key: string): tf.Tensor => fixture.get(`${name}/${key}`);
    const arguments_ = inputs.map(get);
    expectClose(f(...arguments_), get('y'));
    const gradients = tf.grads(f)(arguments_, get('grad_y'));
    for (const [index, input] of inputs.entries()) expectClose(gradients[index]!, get(`grad_${input}`));
  });
}

// masked_cross_entropy belongs to @switchyard/training.
describeOnBackends('layers.safetensors', () => {
  const constant = (key: string): tf.Tensor => fixture.get(key);

  test('gelu_erf', () => check('gelu_erf', ['x'], gelu));
  test('gelu_tanh', () => check('gelu_tanh', ['x'], geluTanh));
  test('silu', () => check('silu', ['x'], silu));
  test('layer_norm', () =>
    check('layer_norm', ['x'], (x) => layerNorm(x, constant('layer_norm/gamma'), constant('layer_norm/beta'))));
  test('rms_norm', () => check('rms_norm', ['x'], (x) => rmsNorm(x, constant('rms_norm/gamma'))));
  test('positionwise_dense', () =>
    check('positionwise_dense', ['x', 'kernel', 'bias'], (x, kernel, bias) =>
      positionWiseLinear(x as tf.Tensor3D, kernel as tf.Tensor3D, bias as tf.Tensor2D),
    ));
  test('swiglu', () =>
    check('swiglu', ['x'], (x) => {
      const [gate, value, out] = ['w_gate_silu', 'w_value', 'w_out'].map((key) =>
        fixture.get<tf.Tensor2D>(`swiglu/${key}`),
      ) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      return linear(swiglu(linear(x as tf.Tensor3D, tf.concat2d([gate, value], 1))), out);
    }));
});
