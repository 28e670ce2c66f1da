import { readSafetensors, SafetensorsError, writeSafetensors } from '@switchyard/safetensors';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { createModel } from './create-model.ts';
import { ModelError } from './errors.ts';
import { fromSafetensors, toSafetensors } from './safetensors.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const model = () => createModel({ kind: 'mlp', vocabulary: 2, window: 3, width: 4, depth: 1, seed: 5 });
const float = (shape: number[]) =>
  ({ dtype: 'F32', shape, data: new Float32Array(tf.util.sizeFromShape(shape)) }) as const;

/** The file of the model with changes to it. */
function changed(change: (file: ReturnType<typeof readSafetensors>) => void): Uint8Array {
  const file = readSafetensors(toSafetensors(model()));
  change(file);
  return writeSafetensors(file.tensors, file.metadata);
}

test('a file holds every weight under its name, the config, and the metadata', () => {
  const { tensors, metadata } = readSafetensors(toSafetensors(model(), { task: 'iarc' }));
  const shapes = [...tensors].map(([name, { shape }]) => `${name} [${shape}]`).sort();
  expect(shapes).toEqual(['head/bias [2]', 'head/kernel [4,2]', 'hidden-0/bias [4]', 'hidden-0/kernel [6,4]']);
  expect(metadata).toEqual({
    task: 'iarc',
    format: 'switchyard-model',
    schemaVersion: '1',
    config: '{"kind":"mlp","vocabulary":2,"window":3,"width":4,"depth":1,"seed":5}',
  });
});

test('the model does not share memory with the bytes', () => {
  const bytes = toSafetensors(model());
  const loaded = fromSafetensors(bytes);
  bytes.fill(0);
  expect(toSafetensors(loaded)).toEqual(toSafetensors(model()));
});

test.each<[string, Parameters<typeof changed>[0], string]>([
  [
    'another library',
    ({ metadata }) => Object.assign(metadata, { format: 'pt' }),
    'metadata must say format switchyard-model, schemaVersion 1, says format pt, schemaVersion 1',
  ],
  [
    'a later version',
    ({ metadata }) => Object.assign(metadata, { schemaVersion: '2' }),
    'metadata must say format switchyard-model, schemaVersion 1, says format switchyard-model, schemaVersion 2',
  ],
  [
    'a broken config',
    ({ metadata }) => Object.assign(metadata, { config: '{"kind":"mpl"}' }),
    `metadata config: Model config: kind must be one of transformer, cisformer, lstm, mlp, cogformer, uvit, received "mpl" (did you mean 'mlp'?)`,
  ],
  [
    'a missing tensor',
    ({ tensors }) => tensors.delete('head/bias'),
    `its tensors do not fit its config (mlp): 'head/bias' is missing`,
  ],
  [
    'an unexpected tensor',
    ({ tensors }) => tensors.set('extra', float([1])),
    `its tensors do not fit its config (mlp): 'extra' is not one of its weights`,
  ],
  [
    'another shape',
    ({ tensors }) => tensors.set('head/kernel', float([2, 4])),
    `its tensors do not fit its config (mlp): 'head/kernel' must be F32 [4,2], is F32 [2,4]`,
  ],
  [
    'another type',
    ({ tensors }) => tensors.set('head/bias', { dtype: 'I32', shape: [2], data: new Int32Array(2) }),
    `its tensors do not fit its config (mlp): 'head/bias' must be F32 [2], is I32 [2]`,
  ],
  [
    'many problems',
    ({ tensors }) => tensors.clear(),
    `its tensors do not fit its config (mlp): 'hidden-0/kernel' is missing, 'hidden-0/bias' is missing, 'head/kernel' is missing and 1 more`,
  ],
])('a file with %s is refused', (_, change, reason) => {
  const bytes = changed(change);
  const tensors = tf.memory().numTensors;
  expect(() => fromSafetensors(bytes)).toThrow(
    new ModelError('SWITCHYARD_MODEL_FILE', `Not a model file of this package: ${reason}`),
  );
  expect(tf.memory().numTensors).toBe(tensors);
});

test('bytes that are no safetensors file, and metadata that takes a key of the model, are refused', () => {
  expect(() => fromSafetensors(new Uint8Array(4))).toThrow(SafetensorsError);
  expect(() => toSafetensors(model(), { config: 'x' })).toThrow(
    new ModelError('SWITCHYARD_MODEL_INPUT', `metadata must leave the key 'config' to the model: rename it`),
  );
});
