import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { configs, imageConfigs, inputsOf, tokens } from '../test/configs.ts';
import { captureAttention } from './capture-attention.ts';
import { createModel } from './create-model.ts';
import { ModelError } from './errors.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const rowSums = (weights: tf.Tensor) => Array.from(tf.sum(weights, -1).dataSync());

test.each(['transformer dpa', 'cisformer ea', 'transformer rotary rms'])('%s: one causal map a layer', (name) => {
  const config = configs[name]!;
  const model = createModel(config);
  const maps = captureAttention(model, tokens(config));
  expect(maps.length).toBe(2);
  for (const map of maps) {
    expect(map.shape).toEqual([3, 2, 6, 6]);
    expect(Math.max(...tf.abs(tf.sub(map, tf.linalg.bandPart(map, -1, 0))).dataSync())).toBe(0);
    for (const sum of rowSums(map)) expect(sum).toBeCloseTo(1, 5);
  }
  expect(maps[0]!.dataSync()).not.toEqual(maps[1]!.dataSync());
});

test('signed rows have absolute sum 1, raw rows any', () => {
  const [cog] = captureAttention(createModel(configs['transformer cog']!), tokens(configs['transformer cog']!));
  for (const sum of rowSums(tf.abs(cog!))) expect(sum).toBeCloseTo(1, 5);
  expect(Math.min(...cog!.dataSync())).toBeLessThan(0);
  const [raw] = captureAttention(createModel(configs['transformer ea bare']!), tokens(configs['transformer ea bare']!));
  for (const sum of rowSums(raw!)) expect(sum).not.toBeCloseTo(1, 2);
});

test('a model of images: the first and the last map are softmax, the others signed, and none is causal', () => {
  const config = imageConfigs['uvit cog classes']!;
  const maps = captureAttention(createModel(config), inputsOf(config));
  expect(maps.map(({ shape }) => shape)).toEqual(Array.from({ length: 5 }, () => [3, 2, 6, 6]));
  expect(maps.map((map) => Math.min(...map.dataSync()) < 0)).toEqual([false, true, true, true, false]);
  for (const map of maps) {
    for (const sum of rowSums(tf.abs(map))) expect(sum).toBeCloseTo(1, 5);
    const later = tf.sub(map, tf.linalg.bandPart(map, -1, 0));
    expect(Math.max(...tf.abs(later).dataSync())).toBeGreaterThan(0);
  }
});

test('no layer looks past the beginning of a document', () => {
  const config = configs['cogformer documents ea']!;
  const input = tf.tensor2d([0, 1, 3, 2, 3, 4], [1, 6], 'int32'); // 3 separates
  const starts = [0, 0, 2, 2, 4, 4];
  const maps = captureAttention(createModel(config), input);
  expect(maps).toHaveLength(2);
  for (const map of maps) {
    const [heads] = map.arraySync() as number[][][][];
    for (const head of heads!) {
      for (const [query, row] of head.entries()) {
        const reached = row.flatMap((weight, key) => (weight > 0 ? [key] : []));
        expect(reached[0]).toBe(starts[query]);
      }
    }
  }
});

test('it leaves nothing but the maps behind', () => {
  const config = configs['transformer dpa']!;
  const [model, input] = [createModel(config), tokens(config)];
  tf.dispose(captureAttention(model, input));
  const before = tf.memory().numTensors;
  const maps = captureAttention(model, input);
  expect(tf.memory().numTensors).toBe(before + maps.length);
});

test('a model without attention is refused', () => {
  expect(() => captureAttention(createModel(configs.mlp!), tokens(configs.mlp!))).toThrow(
    new ModelError('SWITCHYARD_MODEL_INPUT', `Model 'mlp' has no attention layer to capture`),
  );
});
