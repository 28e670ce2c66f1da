import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import {
  AttentionError,
  dotProductAttention,
  expressiveAttentionWeights,
  linear,
  positionWiseLinear,
} from './index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The code and message of the AttentionError that `call` throws. */
function failure(call: () => unknown): string {
  try {
    tf.tidy(() => void call());
  } catch (error) {
    if (error instanceof AttentionError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no error';
}

const x = (...shape: number[]): tf.Tensor4D => tf.zeros(shape as [number, number, number, number]);

test('errors name the shapes received and the rule', () => {
  expect(failure(() => expressiveAttentionWeights(x(2, 3, 4), x(2, 1, 3, 4)))).toBe(
    'SWITCHYARD_ATTENTION_SHAPE query [2, 3, 4] and key [2, 1, 3, 4]: both must have rank 4; the layout is [batch, heads, tokens, head_dim]',
  );
  expect(failure(() => dotProductAttention(x(1, 2, 3, 4), x(1, 2, 3, 5), x(1, 2, 3, 5)))).toContain(
    'query [1, 2, 3, 4] and key [1, 2, 3, 5]: batch, heads and head_dim must be equal',
  );
  expect(failure(() => dotProductAttention(x(1, 2, 3, 4), x(1, 2, 3, 4), x(1, 2, 4, 4)))).toContain(
    'key [1, 2, 3, 4] and value [1, 2, 4, 4]: batch, heads and keys must be equal',
  );
  expect(
    failure(() => dotProductAttention(x(1, 2, 3, 4), x(1, 2, 5, 4), x(1, 2, 5, 4), { mask: tf.ones([5, 3]) })),
  ).toBe('SWITCHYARD_ATTENTION_SHAPE mask [5, 3]: must broadcast to [batch, heads, queries, keys] = [1, 2, 3, 5]');
  expect(failure(() => dotProductAttention(x(1, 2, 3, 4), x(1, 2, 3, 4), x(1, 2, 3, 4), { scale: Number.NaN }))).toBe(
    'SWITCHYARD_ATTENTION_OPTION scale NaN: must be a finite number; leave it out for 1/√head_dim',
  );
  expect(failure(() => linear(tf.zeros([2, 3, 4]), tf.zeros([5, 6])))).toBe(
    'SWITCHYARD_ATTENTION_SHAPE input, kernel, bias [2, 3, 4], [5, 6]: must be [..., in], [in, out] and [out]',
  );
  expect(failure(() => positionWiseLinear(tf.zeros([2, 3, 4]), tf.zeros([3, 4, 6]), tf.zeros([6, 3])))).toContain(
    '[2, 3, 4], [3, 4, 6], [6, 3]: must be [batch, window, in], [window, in, out] and [window, out]',
  );
});

test('values may have a width of their own', () => {
  tf.tidy(() => {
    expect(dotProductAttention(x(1, 2, 3, 4), x(1, 2, 5, 4), x(1, 2, 5, 7)).shape).toEqual([1, 2, 3, 7]);
  });
});
