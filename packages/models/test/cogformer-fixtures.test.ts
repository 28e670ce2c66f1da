import { readFileSync } from 'node:fs';
import '@switchyard/backend-simd';
import { readSafetensors, writeSafetensors } from '@switchyard/safetensors';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { captureAttention } from '../src/capture-attention.ts';
import { type InputOf, parameterCount } from '../src/create-model.ts';
import { fromOfficial, toOfficial } from '../src/official-checkpoint.ts';
import { expectClose, fixture } from './fixtures.ts';

const bytes = readFileSync(new URL('../../../fixtures/cogformer_tiny.safetensors', import.meta.url));
const file = readSafetensors(bytes);
const config: InputOf<'cogformer'> & { kind: 'cogformer' } = {
  ...{ kind: 'cogformer', vocabulary: 11, window: 9, width: 16, depth: 4, heads: 2, feedForward: 24 },
};

test.each(['cpu', 'simd'])(
  'the Cogformer gives logits and attention weights of the reference on %s',
  async (backend) => {
    expect(await tf.setBackend(backend)).toBe(true);
    const model = fromOfficial(bytes, config, { prefix: 'param.' });
    const layers = [0, 1, 2, 3].map((layer) => `attention_weights.${layer}`);
    const { logits, ...maps } = fixture('cogformer_tiny', ['logits', ...layers]);
    const { data, shape } = file.tensors.get('tokens')!;
    const tokens = tf.tensor2d(Int32Array.from(data as Int32Array), shape as [number, number], 'int32');
    expectClose(model.predict(tokens) as tf.Tensor, logits!, 1e-4);
    for (const [layer, map] of captureAttention(model, tokens).entries()) expectClose(map, maps[layers[layer]!]!, 1e-4);
    expect(model.countParams()).toBe(parameterCount(config));
  },
);

test('export gives the file back, to the bit', async () => {
  await tf.setBackend('cpu');
  const model = fromOfficial(bytes, config, { prefix: 'param.' });
  const { tensors } = readSafetensors(toOfficial(model, { prefix: 'param.' }));
  const parameters = [...file.tensors].filter(([name]) => name.startsWith('param.'));
  expect([...tensors.keys()].sort()).toEqual(parameters.map(([name]) => name).sort());
  for (const [name, { shape, data }] of parameters) {
    expect(tensors.get(name), name).toEqual({ dtype: 'F32', shape, data });
  }
});

test('checkpoints in half precision are read, too', async () => {
  await tf.setBackend('cpu');
  const halves = [...file.tensors].map(([name, { data, shape }]) => {
    const words = new Uint32Array(Float32Array.from(data as Float32Array).buffer).map((word) => word >>> 16);
    return [name, { dtype: 'BF16', shape, data: Uint16Array.from(words) }] as const;
  });
  const model = fromOfficial(writeSafetensors(halves), config, { prefix: 'param.' });
  const whole = fromOfficial(bytes, config, { prefix: 'param.' });
  for (const [index, weight] of model.getWeights().entries()) expectClose(weight, whole.getWeights()[index]!, 2 ** -7);
});
