import { readSafetensors, writeSafetensors } from '@switchyard/safetensors';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { imageConfigs } from '../test/configs.ts';
import { createModel } from './create-model.ts';
import { ModelError } from './errors.ts';
import { fromOfficial, toOfficial } from './official-checkpoint.ts';
import { fromOfficialTensors, toOfficialTensors } from './official-weights.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('tensors side by side, axes exchanged, and back', () => {
  const tensors = [
    { name: 'a', shape: [2, 3], permutation: [1, 0] },
    { name: 'b', shape: [1, 3], permutation: [1, 0] },
  ];
  const values = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9)];
  const weight = fromOfficialTensors(tensors, values, [3, 3]);
  expect(weight.arraySync()).toEqual([
    [1, 4, 7],
    [2, 5, 8],
    [3, 6, 9],
  ]);
  expect(toOfficialTensors(tensors, weight)).toEqual(values);
});

test.each(Object.keys(imageConfigs))('%s: what is exported comes back to the bit', (name) => {
  const config = imageConfigs[name]!;
  const model = createModel({ ...config, seed: 9 });
  const again = fromOfficial(toOfficial(model, { prefix: 'model.' }), config, { prefix: 'model.' });
  const values = (of: tf.LayersModel) => of.weights.map((weight) => [weight.originalName, weight.read().dataSync()]);
  expect(values(again)).toEqual(values(model));
});

const config = imageConfigs['uvit ea bare']!;

test.each<[string, (file: ReturnType<typeof readSafetensors>) => void, string]>([
  ['a missing tensor', ({ tensors }) => tensors.delete('norm.bias'), `'norm.bias' is missing`],
  [
    'another shape',
    ({ tensors }) => tensors.set('norm.bias', { dtype: 'F32', shape: [1], data: new Float32Array(1) }),
    `'norm.bias' must be F32, F16, BF16 [8], is F32 [1]`,
  ],
  [
    'an unexpected tensor',
    ({ tensors }) => tensors.set('head.bias', { dtype: 'F32', shape: [1], data: new Float32Array(1) }),
    `'head.bias' is unexpected`,
  ],
])('a checkpoint with %s is refused', (_, change, reason) => {
  const file = readSafetensors(toOfficial(createModel(config)));
  change(file);
  const bytes = writeSafetensors(file.tensors, file.metadata);
  const tensors = tf.memory().numTensors;
  const message = `Not a checkpoint of this config (uvit): ${reason}`;
  expect(() => fromOfficial(bytes, config)).toThrow(new ModelError('SWITCHYARD_MODEL_FILE', message));
  expect(tf.memory().numTensors).toBe(tensors);
});

test('a kind without official code is refused', () => {
  const mlp = createModel({ kind: 'mlp', vocabulary: 2, window: 2, width: 2, depth: 1 });
  expect(() => toOfficial(mlp)).toThrow(
    new ModelError('SWITCHYARD_MODEL_UNKNOWN', 'There is no official code of kind mlp: use toSafetensors'),
  );
});
