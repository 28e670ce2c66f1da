import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../../test/backends.ts';
import { expectClose } from '../../test/expect-close.ts';
import { reloaded } from '../../test/reloaded.ts';
import { values } from '../../test/values.ts';
import { layerNorm, layerNormalization, positionEmbedding, rmsNorm, rmsNormalization } from '../index.ts';

const input = (): tf.Tensor3D => tf.tensor3d(values(1, 24), [2, 3, 4]);

/** Each layer with the shapes of its weights and its formula. */
const cases: [string, () => tf.layers.Layer, number[][], (x: tf.Tensor, weights: tf.Tensor[]) => tf.Tensor][] = [
  ['layerNormalization', () => layerNormalization(), [[4], [4]], (x, [g, b]) => layerNorm(x, g!, b!)],
  [
    'position-wise layerNormalization',
    () => layerNormalization({ positionWise: true, epsilon: 0.1 }),
    [
      [3, 4],
      [3, 4],
    ],
    (x, [g, b]) => layerNorm(x, g!, b!, 0.1),
  ],
  ['rmsNormalization', () => rmsNormalization({ epsilon: 0.1 }), [[4]], (x, [g]) => rmsNorm(x, g!, 0.1)],
  [
    'position-wise rmsNormalization',
    () => rmsNormalization({ positionWise: true }),
    [[3, 4]],
    (x, [g]) => rmsNorm(x, g!),
  ],
  ['positionEmbedding', () => positionEmbedding(), [[3, 4]], (x, [table]) => tf.add(x, table!)],
  [
    'positionEmbedding with an initializer',
    () => positionEmbedding({ initializer: tf.initializers.ones() }),
    [[3, 4]],
    (x, [table]) => tf.add(x, table!),
  ],
];

describeOnBackends('layers on [batch, window, width]', () => {
  test.each(cases)('%s applies its formula and survives saving', async (_, layer, shapes, formula) => {
    const x = tf.input({ shape: [3, 4] });
    const model = tf.model({ inputs: x, outputs: layer().apply(x) as tf.SymbolicTensor });
    expect(model.getWeights().map(({ shape }) => shape)).toEqual(shapes);
    tf.tidy(() => {
      model.setWeights(shapes.map((shape, index) => tf.tensor(values(index + 2, tf.util.sizeFromShape(shape)), shape)));
      expectClose(model.apply(input()) as tf.Tensor, formula(input(), model.getWeights()));
    });
    const copy = await reloaded(model);
    tf.tidy(() => expectClose(copy.apply(input()) as tf.Tensor, model.apply(input()) as tf.Tensor, 1e-6));
    expect(copy.layers[1]!.getConfig()).toEqual(model.layers[1]!.getConfig());
  });
});

test('initial values: gains 1, offsets 0, position embedding as its initializer says', () => {
  const initial = (layer: tf.layers.Layer): number[][] => {
    layer.build([null, 2, 2]);
    return layer.getWeights().map((weight) => Array.from(weight.dataSync()));
  };
  expect(initial(layerNormalization())).toEqual([
    [1, 1],
    [0, 0],
  ]);
  expect(initial(rmsNormalization({ positionWise: true }))).toEqual([[1, 1, 1, 1]]);
  expect(initial(positionEmbedding({ initializer: tf.initializers.ones() }))).toEqual([[1, 1, 1, 1]]);
});

test('errors name option, value and rule', () => {
  expect(() => layerNormalization({ epsilon: 0 })).toThrow('epsilon 0: must be a positive number');
  expect(() => positionEmbedding({ name: 'positions' }).build([null, null, 4])).toThrow('positions: window null');
  expect(() => rmsNormalization({ name: 'norm' }).build([null, 4])).toThrow('norm: input [null, 4] must be');
  expect(() => positionEmbedding({ initializer: { className: 'Unheard', config: {} } })).toThrow(
    'initializer "Unheard": must be registered with tf.serialization.registerClass',
  );
});
