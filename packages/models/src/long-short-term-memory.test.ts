import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { expectClose, fixture } from '../test/fixtures.ts';
import { longShortTermMemory } from './long-short-term-memory.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

type Arguments = [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];

test('values and gradients are those of PyTorch', () => {
  const f = fixture('lstm', [
    ...([
      'x',
      'weight_ih_l0',
      'weight_hh_l0',
      'bias_ih_l0',
      'bias_hh_l0',
      'y',
      'h_last',
      'c_last',
      'grad_y',
      'grad_x',
    ] as const),
    ...(['grad_weight_ih_l0', 'grad_weight_hh_l0', 'grad_bias_ih_l0', 'grad_bias_hh_l0'] as const),
  ]);
  const weights = [tf.transpose(f.weight_ih_l0), tf.transpose(f.weight_hh_l0), tf.add(f.bias_ih_l0, f.bias_hh_l0)];
  const args = [f.x, ...weights] as Arguments;

  const { outputs, hidden, cell } = longShortTermMemory(...args);
  expectClose(outputs, f.y);
  expectClose(hidden, f.h_last);
  expectClose(cell, f.c_last);

  const run = (x: tf.Tensor, ...rest: tf.Tensor[]) => longShortTermMemory(...([x, ...rest] as Arguments)).outputs;
  const [dx, dKernel, dRecurrent, dBias] = tf.grads(run)(args, f.grad_y) as Arguments;
  expectClose(dx, f.grad_x);
  expectClose(tf.transpose(dKernel), f.grad_weight_ih_l0);
  expectClose(tf.transpose(dRecurrent), f.grad_weight_hh_l0);
  expectClose(dBias, f.grad_bias_ih_l0);
  expectClose(dBias, f.grad_bias_hh_l0);
});

test('an open forget gate and a shut input gate keep the state; a shut output gate hides it', () => {
  const bias = (...gates: number[]) => tf.tensor1d(gates);
  const run = (gates: tf.Tensor1D) =>
    longShortTermMemory(tf.zeros([1, 3, 1]), tf.zeros([1, 4]), tf.zeros([1, 4]), gates);
  // c[t] = c[t−1] + tanh(1), h[t] = tanh(c[t])
  expectClose(run(bias(99, 99, 1, 99)).cell, tf.tensor2d([[3 * Math.tanh(1)]]), 1e-6);
  expectClose(run(bias(99, 99, 1, 99)).hidden, tf.tensor2d([[Math.tanh(3 * Math.tanh(1))]]), 1e-6);
  expect(run(bias(-99, 99, 1, 99)).cell.dataSync()[0]).toBeCloseTo(0, 6);
  expect(run(bias(99, 99, 1, -99)).hidden.dataSync()[0]).toBeCloseTo(0, 6);
});
