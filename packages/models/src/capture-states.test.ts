import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { configs, tokens } from '../test/configs.ts';
import { captureStates, createModel } from './index.ts';

test.each(Object.entries(configs))('%s: the head makes the logits of the states', (_, config) => {
  const model = createModel(config);
  tf.tidy(() => {
    const input = tokens(config);
    const states = captureStates(model, input);
    expect(states.shape).toEqual(config.kind === 'mlp' ? [3, states.shape[1]] : [3, config.window, config.width]);
    const logits = model.getLayer('head').apply(states) as tf.Tensor;
    expect(logits.dataSync()).toEqual((model.apply(input) as tf.Tensor).dataSync());
  });
  model.dispose();
});

test('a model without a head is refused', () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2], name: 'output' })] });
  expect(() => captureStates(model, tf.zeros([1, 2]))).toThrow('has no layer named head');
});
