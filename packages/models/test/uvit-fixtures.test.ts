import { readFileSync } from 'node:fs';
import '@switchyard/backend-simd';
import { readSafetensors } from '@switchyard/safetensors';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { type InputOf, parameterCount } from '../src/create-model.ts';
import { fromOfficial, toOfficial } from '../src/official-checkpoint.ts';
import { expectClose, fixture } from './fixtures.ts';

const names = { dpa: 'uvit_tiny_softmax', cog: 'uvit_tiny_cog' } as const;
const config: InputOf<'uvit'> & { kind: 'uvit' } = {
  ...{ kind: 'uvit', image: 8, patch: 2, channels: 3, width: 16, depth: 4, heads: 2, feedForward: 32 },
  ...{ contextTokens: 3, contextWidth: 5 },
};
const fileOf = (name: string) => readFileSync(new URL(`../../../fixtures/${name}.safetensors`, import.meta.url));
const cases = (['dpa', 'cog'] as const).flatMap((mechanism) =>
  ['cpu', 'simd'].map((backend) => [mechanism, backend] as const),
);

test.each(cases)('U-ViT with %s gives the noise of the reference on %s', async (attention, backend) => {
  expect(await tf.setBackend(backend)).toBe(true);
  const model = fromOfficial(fileOf(names[attention]), { ...config, attention }, { prefix: 'param.' });
  tf.tidy(() => {
    const { x, timesteps, context, y } = fixture(names[attention], ['x', 'timesteps', 'context', 'y']);
    const images = tf.transpose(x, [0, 2, 3, 1]); // the file's are [batch, channels, height, width]
    const noise = model.predict([images, tf.reshape(timesteps, [-1, 1]), context]) as tf.Tensor;
    expectClose(tf.transpose(noise, [0, 3, 1, 2]), y, 1e-4);
  });
  expect(model.countParams()).toBe(parameterCount({ ...config, attention }));
});

test('the two mechanisms differ on the same weights', async () => {
  await tf.setBackend('cpu');
  const { y } = fixture(names.dpa, ['y']);
  const { y: other } = fixture(names.cog, ['y']);
  expect(tf.max(tf.abs(tf.sub(y, other))).dataSync()[0]).toBeGreaterThan(1e-2);
});

test('export gives the file back, to the bit', async () => {
  await tf.setBackend('cpu');
  const file = readSafetensors(fileOf(names.cog));
  const model = fromOfficial(fileOf(names.cog), config, { prefix: 'param.' });
  const { tensors } = readSafetensors(toOfficial(model, { prefix: 'param.' }));
  const parameters = [...file.tensors].filter(([name]) => name.startsWith('param.'));
  expect([...tensors.keys()].sort()).toEqual(parameters.map(([name]) => name).sort());
  for (const [name, { shape, data }] of parameters) {
    expect(tensors.get(name), name).toEqual({ dtype: 'F32', shape, data });
  }
});
