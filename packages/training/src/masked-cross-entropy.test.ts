import { readFileSync } from 'node:fs';
import { readSafetensors } from '@switchyard/safetensors';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose } from '../test/close.ts';
import { maskedCrossEntropy } from './masked-cross-entropy.ts';
import { selectBackend } from './select-backend.ts';

function valueAndGradient(logits: tf.Tensor, targets: tf.Tensor, mask: tf.Tensor) {
  const { value, grad } = tf.valueAndGrad((rows: tf.Tensor) => maskedCrossEntropy(rows, targets, mask))(logits);
  return { loss: value.dataSync()[0]!, gradient: Array.from(grad.dataSync(), (value) => value + 0) };
}

describe.each(['cpu', 'simd'] as const)('maskedCrossEntropy on %s', (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
  });

  it('equals the reference, value and gradient', () => {
    const file = new URL('../../../fixtures/layers.safetensors', import.meta.url);
    const { tensors } = readSafetensors(readFileSync(file));
    const fixture = (name: string) => tensors.get(`masked_cross_entropy/${name}`)!;
    const tensor = (name: string, dtype: 'float32' | 'int32' = 'float32') =>
      tf.tensor(Array.from(fixture(name).data, Number), [...fixture(name).shape], dtype);
    const { loss, gradient } = valueAndGradient(tensor('logits'), tensor('targets', 'int32'), tensor('mask'));
    expectClose([loss], Array.from(fixture('loss').data, Number));
    expectClose(gradient, Array.from(fixture('grad_logits').data, Number));
  });

  it('is log V for equal logits, whatever their size', () => {
    for (const size of [0, 1e4, -1e4, 3e38]) {
      const { loss } = valueAndGradient(tf.fill([2, 8], size), tf.tensor1d([3, 5], 'int32'), tf.ones([2]));
      expect(loss).toBeCloseTo(Math.log(8), 6);
    }
  });

  it('is finite with its gradient for logits of ±1e4', () => {
    const logits = tf.tensor2d([1e4, -1e4, 0, -1e4, 1e4, 0], [2, 3]);
    const { loss, gradient } = valueAndGradient(logits, tf.tensor1d([0, 0], 'int32'), tf.ones([2]));
    expect(loss).toBeCloseTo(1e4, 0); // (0 + 2e4) ÷ 2
    expect(gradient).toEqual([0, 0, 0, -0.5, 0.5, 0]);
  });

  it('ignores masked rows, and takes any leading shape', () => {
    const logits = tf.tensor3d([1, 2, 7, -9, 3, 4, 0, 0], [2, 2, 2]);
    const targets = tf.tensor2d([0, 1, 1, 0], [2, 2], 'int32');
    const masked = valueAndGradient(logits, targets, tf.tensor2d([1, 0, 1, 0], [2, 2]));
    const alone = valueAndGradient(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor1d([0, 1], 'int32'), tf.ones([2]));
    expect(masked.loss).toBe(alone.loss);
    expect(masked.gradient).toEqual([...alone.gradient.slice(0, 2), 0, 0, ...alone.gradient.slice(2), 0, 0]);
  });

  it('is 0 with gradient 0 where nothing is unmasked', () => {
    const { loss, gradient } = valueAndGradient(tf.ones([2, 3]), tf.tensor1d([0, 1], 'int32'), tf.zeros([2]));
    expect(loss).toBe(0);
    expect(gradient.every((value) => value === 0)).toBe(true);
  });
});
