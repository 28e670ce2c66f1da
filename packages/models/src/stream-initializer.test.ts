import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { type StreamInitializerOptions, streamInitializer } from './stream-initializer.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const options: StreamInitializerOptions = {
  seed: 3,
  label: 'block-0/attention/output',
  distribution: 'normal',
  scale: 0.5,
};
const draw = (changes: Partial<StreamInitializerOptions>, shape = [100, 200]) =>
  tf.tidy(() =>
    streamInitializer({ ...options, ...changes })
      .apply(shape)
      .dataSync<'float32'>(),
  );

test('values depend on seed and label, and on nothing else', () => {
  expect(draw({})).toEqual(draw({}));
  expect(draw({})).toEqual(draw({}, [20_000]));
  expect(draw({ seed: 4 })).not.toEqual(draw({}));
  expect(draw({ label: 'block-1/attention/output' })).not.toEqual(draw({}));
});

test('normal values have mean 0 and standard deviation `scale`', () => {
  const values = draw({});
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(4 * (0.5 / Math.sqrt(values.length)));
  expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
});

test('uniform values fill −scale … scale', () => {
  const values = draw({ distribution: 'uniform' });
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.5);
  expect(Math.min(...values)).toBeLessThan(-0.49);
  expect(Math.max(...values)).toBeLessThan(0.5);
  expect(Math.max(...values)).toBeGreaterThan(0.49);
});

test('it survives as part of a saved layer', () => {
  const layer = tf.layers.dense({ units: 4, kernelInitializer: streamInitializer(options) });
  const config = JSON.parse(JSON.stringify(layer.getConfig()));
  const [again] = [layer, tf.layers.dense(config)].map((dense) => {
    dense.build([null, 3]);
    return dense.getWeights()[0]!.dataSync();
  });
  expect(again).toEqual(draw({}, [3, 4]));
});
