import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../../test/backends.ts';
import { expectClose } from '../../test/expect-close.ts';
import { reloaded } from '../../test/reloaded.ts';
import { values } from '../../test/values.ts';
import {
  cogAttentionWeights,
  dotProductAttention,
  type MultiHeadAttentionOptions,
  multiHeadAttention,
  rotary,
} from '../index.ts';

const [batch, window, width] = [2, 5, 8] as const;

function input(): tf.Tensor3D {
  return tf.tensor3d(values(1, batch * window * width), [batch, window, width]);
}

function modelOf(options: MultiHeadAttentionOptions): tf.LayersModel {
  const x = tf.input({ shape: [window, width] });
  return tf.model({ inputs: x, outputs: multiHeadAttention(options).apply(x) as tf.SymbolicTensor });
}

/** [batch, window, width] → [batch, heads, window, head_dim], head after head along the width */
function heads(x: tf.Tensor3D, count: number): tf.Tensor4D {
  return tf.transpose(tf.reshape(x, [batch, window, count, width / count]), [0, 2, 1, 3]);
}

describeOnBackends('multiHeadAttention', () => {
  test.each([1, 2])('with %i heads equals its formula', (count) => {
    tf.tidy(() => {
      const model = modelOf({ heads: count, mechanism: 'dpa', positions: 'rotary' });
      const [a, aBias, b, bBias] = model
        .getWeights()
        .map((weight, index) => tf.tensor(values(index + 2, weight.size), weight.shape));
      model.setWeights([a!, aBias!, b!, bBias!]);
      const x = input();
      const affine = (y: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor): tf.Tensor3D =>
        tf.add(tf.reshape(tf.matMul(tf.reshape(y, [-1, width]), kernel as tf.Tensor2D), [batch, window, -1]), bias);
      const [q, k, v] = tf.split(affine(x, a!, aBias!), 3, 2).map((part) => heads(part as tf.Tensor3D, count));
      const mixed = dotProductAttention(rotary(q!), rotary(k!), v!, { causal: true });
      const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, window, width]);
      expectClose(model.apply(x) as tf.Tensor, affine(joined, b!, bBias!));
    });
  });

  test('attentionWeights gives the weights that call uses', () => {
    tf.tidy(() => {
      const layer = multiHeadAttention({ heads: 2, mechanism: 'cog', positions: 'alibi', causal: false, scale: 1.5 });
      const x = input();
      layer.apply(x);
      const [kernel] = layer.getWeights();
      const projected = tf.reshape(tf.matMul(tf.reshape(x, [-1, width]), kernel as tf.Tensor2D), [batch, window, -1]);
      const [q, k] = tf.split(projected, 3, 2).map((part) => heads(part as tf.Tensor3D, 2));
      const expected = cogAttentionWeights(q!, k!, { alibi: true, scale: 1.5 });
      expectClose(layer.attentionWeights(x), expected);
    });
  });

  test('position-wise weights that are equal at all positions act as shared ones', () => {
    tf.tidy(() => {
      const shared = modelOf({ heads: 2, mechanism: 'ea' });
      const own = modelOf({ heads: 2, mechanism: 'ea', positionWise: { projections: true, output: true } });
      const weights = shared
        .getWeights()
        .map((weight, index) => tf.tensor(values(index + 2, weight.size), weight.shape));
      shared.setWeights(weights);
      own.setWeights(
        weights.map((weight) => tf.tile(tf.expandDims(weight, 0), [window, ...weight.shape.map(() => 1)])),
      );
      expectClose(own.apply(input()) as tf.Tensor, shared.apply(input()) as tf.Tensor);
    });
  });

  test('a gradient reaches every weight', () => {
    const model = modelOf({ heads: 2, mechanism: 'cog', positionWise: { output: true }, positions: 'rotary' });
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(model.apply(input()) as tf.Tensor)) as tf.Scalar);
      expect(Object.keys(grads).length).toBe(4);
      for (const gradient of Object.values(grads)) expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeGreaterThan(0);
    });
  });

  test.each<MultiHeadAttentionOptions>([
    { heads: 2, mechanism: 'ea', scale: 0.7, normalizeWeights: false, positions: 'alibi', useBias: false },
    { heads: 4, mechanism: 'cog', positions: 'rotary', causal: false, positionWise: { projections: true } },
    { heads: 2, mechanism: 'dpa', causal: false, useBias: { projections: false } },
    { heads: 1, mechanism: 'dpa', outputInitializer: tf.initializers.glorotNormal({ seed: 1 }) },
  ])('%j survives model.save and tf.loadLayersModel', async (options) => {
    const model = modelOf(options);
    const copy = await reloaded(model);
    tf.tidy(() => expectClose(copy.apply(input()) as tf.Tensor, model.apply(input()) as tf.Tensor, 1e-6));
    expect(copy.layers[1]!.getConfig()).toEqual(model.layers[1]!.getConfig());
  });
});

test('weights have names and shapes that say what they are', () => {
  const layer = multiHeadAttention({ heads: 2, mechanism: 'dpa', positionWise: { output: true }, name: 'attention' });
  layer.build([null, window, width]);
  expect(layer.weights.map((weight) => [weight.originalName, ...weight.shape])).toEqual([
    ['query_key_value/kernel', width, 3 * width],
    ['query_key_value/bias', 3 * width],
    ['output/kernel', window, width, width],
    ['output/bias', window, width],
  ]);
  const unbiased = multiHeadAttention({ heads: 2, mechanism: 'dpa', useBias: { projections: false } });
  unbiased.build([null, window, width]);
  expect(unbiased.weights.map((weight) => weight.originalName)).toEqual([
    'query_key_value/kernel',
    'output/kernel',
    'output/bias',
  ]);
});

test('errors name option, value and rule', () => {
  const build = (options: Partial<MultiHeadAttentionOptions>, shape: tf.Shape) => () =>
    multiHeadAttention({ heads: 2, mechanism: 'dpa', name: 'attention', ...options }).build(shape);
  expect(build({ heads: 0 }, [null, 5, 8])).toThrow('heads 0: must be a positive integer');
  expect(build({ heads: 3 }, [null, 5, 8])).toThrow('heads 3: must be a divisor of the width 8');
  expect(build({ positions: 'rotary' }, [null, 5, 6])).toThrow(
    'positions rotary: must be used with an even head_dim, not 3',
  );
  expect(build({ scale: Number.NaN }, [null, 5, 8])).toThrow('scale NaN: must be a finite number');
  expect(build({}, [null, 8])).toThrow('attention: input [null, 8] must be [batch, window, width]');
  expect(build({ positionWise: { output: true } }, [null, null, 8])).toThrow('attention: window null');
  const unknown = JSON.parse('{"heads": 1, "mechanism": "softmax"}');
  expect(() => multiHeadAttention(unknown)).toThrow(
    "mechanism softmax: must be 'dpa', 'ea', 'cog', 'dpa-plus-one' or 'signed-unit'",
  );
});
