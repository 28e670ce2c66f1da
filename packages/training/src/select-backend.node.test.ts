import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../test/temporary.ts';
import { BackendError } from './errors.ts';
import { selectBackend } from './select-backend.node.ts';
import type { BackendName } from './select-backend.ts';

afterEach(() => vi.unstubAllEnvs());

describe('selectBackend', () => {
  // First: later, simd has started, and the variable is not looked at again.
  it.each(['simd', 'auto'] as const)('%s answers a bad SWITCHYARD_THREADS with an error', async (name) => {
    vi.stubEnv('SWITCHYARD_THREADS', 'many');
    const error = await selectBackend(name).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'SWITCHYARD_SIMD_THREADS', message: expect.stringContaining('=many') });
  });

  it.each([
    ['cpu', 'cpu'],
    ['auto', 'simd'],
    ['wasm', 'wasm'],
    ['simd', 'simd'],
  ] as const)('%s gives %s', async (asked, given) => {
    expect(await selectBackend(asked)).toBe(given);
    expect(tf.getBackend()).toBe(given);
  });

  it('answers calls at the same time one after the other', async () => {
    const asked = ['auto', 'cpu', 'auto', 'auto'] as const;
    expect(await Promise.all(asked.map(selectBackend))).toEqual(['simd', 'cpu', 'simd', 'simd']);
    expect(tf.getBackend()).toBe('simd');
  });

  it.each([
    ['webgl', /^backend webgl: it needs a browser/],
    ['webgpu', /^backend webgpu does not start: import @tensorflow\/tfjs-backend-webgpu first/],
    ['cuda', /^backend "cuda": it must be one of auto, simd, tensorflow, wasm, webgpu, webgl, cpu$/],
  ])('%s is refused here with what to do, and the backend stays', async (name, message) => {
    await selectBackend('cpu');
    const error = await selectBackend(name as BackendName).catch((reason) => reason);
    expect(error).toBeInstanceOf(BackendError);
    expect(error).toMatchObject({ code: 'SWITCHYARD_BACKEND', message: expect.stringMatching(message) });
    expect(tf.getBackend()).toBe('cpu');
  });

  it('wasm has the kernels that it lacks or has wrong: gradient of a gather, einsum, one-hot', async () => {
    const values = async (backend: 'cpu' | 'wasm') => {
      await selectBackend(backend);
      const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
      const gradient = tf.grad((x: tf.Tensor) => tf.gather(x, [2, 0, 2]).square())(table);
      const product = tf.einsum('ij,kj->ik', table, table);
      const oneHot = tf.oneHot([1, 0], 3, 1, 0, 'float32');
      return [gradient, product, oneHot].map((tensor) => Array.from(tensor.dataSync()));
    };
    expect(await values('wasm')).toEqual(await values('cpu'));
    const before = tf.memory().numTensors;
    tf.tidy(() => tf.einsum('ij,ij->', tf.ones([2, 2]), tf.ones([2, 2])).dataSync());
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('tensorflow', () => {
  it('says what to run when it is not installed', async () => {
    vi.stubEnv('SWITCHYARD_TFJS_NODE', '/nowhere/tfjs-node');
    await expect(selectBackend('tensorflow')).rejects.toThrow(
      /^backend tensorflow: SWITCHYARD_TFJS_NODE names \/nowhere\/tfjs-node, which is not the folder of an installed/,
    );
  });

  it('says what to run when its binary does not load', async () => {
    const folder = temporaryDirectory();
    const tensorflow = dirname(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs/package.json')));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(tensorflow, join(folder, 'node_modules', '@tensorflow'));
    writeFileSync(join(folder, 'index.js'), 'throw new Error("tfjs_binding.node can not be found\\nat path …")');
    vi.stubEnv('SWITCHYARD_TFJS_NODE', folder);
    await expect(selectBackend('tensorflow')).rejects.toThrow(
      /^backend tensorflow: @tensorflow\/tfjs-node does not load \(tfjs_binding.node can not be found\): run npm rebuild @tensorflow\/tfjs-node --build-addon-from-source$/,
    );
  });
});
