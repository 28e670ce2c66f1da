import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Mechanism } from '../src/index.ts';
import { mechanisms } from '../src/mechanisms.ts';
import { describeOnBackends } from './backends.ts';
import { outputInDoubles, type Problem, weightsInDoubles } from './doubles.ts';
import { expectClose } from './expect-close.ts';
import { naiveWeights } from './naive-weights.ts';
import { finiteDifferences, values } from './values.ts';

interface Call {
  mechanism: Mechanism;
  problem: Problem;
  q: tf.Tensor4D;
  k: tf.Tensor4D;
  v: tf.Tensor4D;
  options: { scale: number; causal: boolean; alibi: boolean; normalizeWeights: boolean; mask?: tf.Tensor };
  arrays: { q: number[]; k: number[]; v: number[] };
}

const anyMechanism = fc.constantFrom(...(Object.keys(mechanisms) as Mechanism[]));

const anyProblem = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    heads: fc.integer({ min: 1, max: 3 }),
    queries: fc.integer({ min: 1, max: 5 }),
    keys: fc.integer({ min: 1, max: 5 }),
    width: fc.integer({ min: 1, max: 4 }),
    scale: fc.constantFrom(0.3, 1, 2),
    causal: fc.boolean(),
    alibi: fc.boolean(),
    normalizeWeights: fc.boolean(),
    masked: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ masked, seed, ...sizes }) => {
    const count = sizes.batch * sizes.heads * sizes.queries * sizes.keys;
    const mask = masked ? values(seed + 3, count).map((value) => (value > -0.5 ? 1 : 0)) : undefined;
    return { problem: { ...sizes, mask } satisfies Problem, seed };
  });

/** Runs the body inside tf.tidy for many sizes, options and values. */
function forAnyCall(body: (call: Call) => void, numRuns: number = 60): void {
  fc.assert(
    fc.property(anyMechanism, anyProblem, (mechanism, { problem, seed }) => {
      const { batch, heads, queries, keys, width, mask, scale, causal, alibi, normalizeWeights } = problem;
      const rows = batch * heads * width;
      const arrays = {
        q: values(seed, rows * queries),
        k: values(seed + 1, rows * keys),
        v: values(seed + 2, rows * keys),
      };
      tf.tidy(() =>
        body({
          mechanism,
          problem,
          arrays,
          q: tf.tensor4d(arrays.q, [batch, heads, queries, width]),
          k: tf.tensor4d(arrays.k, [batch, heads, keys, width]),
          v: tf.tensor4d(arrays.v, [batch, heads, keys, width]),
          options: {
            scale,
            causal,
            alibi,
            normalizeWeights,
            ...(mask && { mask: tf.tensor4d(mask, [batch, heads, queries, keys], 'bool') }),
          },
        }),
      );
    }),
    { numRuns },
  );
}

describeOnBackends('every mechanism, any sizes and options', () => {
  test('weights and outputs equal those of a plain implementation in doubles, and the naive reference', () => {
    forAnyCall(({ mechanism, problem, arrays, q, k, v, options }) => {
      const weights = weightsInDoubles(mechanism, arrays.q, arrays.k, problem);
      expectClose(mechanisms[mechanism].weights(q, k, options), weights);
      expectClose(naiveWeights[mechanism](q, k, options), weights);
      expectClose(mechanisms[mechanism].attention(q, k, v, options), outputInDoubles(weights, arrays.v, problem));
    });
  });

  test('gradients equal finite differences of the implementation in doubles', () => {
    forAnyCall(({ mechanism, problem, arrays, q, k, v, options }) => {
      const upstream = values(7, q.size);
      const loss = ({ q: a, k: b, v: c }: Call['arrays']): number => {
        const output = outputInDoubles(weightsInDoubles(mechanism, a, b, problem), c, problem);
        return output.reduce((sum, value, index) => sum + value * upstream[index]!, 0);
      };
      const gradients = tf.grads((a, b, c) =>
        mechanisms[mechanism].attention(a as tf.Tensor4D, b as tf.Tensor4D, c as tf.Tensor4D, options),
      )([q, k, v], tf.tensor(upstream, q.shape));
      for (const [index, key] of (['q', 'k', 'v'] as const).entries()) {
        const expected = finiteDifferences((x) => loss({ ...arrays, [key]: x }), arrays[key]);
        expectClose(gradients[index]!, expected, 1e-4, 1);
      }
    }, 25);
  });

  test('later keys have no influence on causal weights', () => {
    forAnyCall(({ mechanism, problem: { queries, keys }, q, k, options }) => {
      const causal = { ...options, causal: true };
      const weights = mechanisms[mechanism].weights(q, k, causal);
      const future = tf
        .range(0, keys)
        .greater(tf.range(keys - queries, keys).expandDims(1))
        .cast('float32');
      expect(tf.sum(tf.abs(tf.mul(weights, future))).dataSync()[0]).toBe(0);
    });
  });

  test('without positions, reordering the keys reorders the weights and leaves the output', () => {
    forAnyCall(({ mechanism, problem: { scale }, q, k, v }) => {
      const { attention, weights } = mechanisms[mechanism];
      expectClose(weights(q, tf.reverse(k, 2), { scale }), tf.reverse(weights(q, k, { scale }), 3));
      expectClose(attention(q, tf.reverse(k, 2), tf.reverse(v, 2), { scale }), attention(q, k, v, { scale }));
    });
  });

  test('masking a key is the same as leaving it out', () => {
    forAnyCall(({ mechanism, problem: { keys, scale }, q, k, v }) => {
      if (keys === 1) return;
      const { attention } = mechanisms[mechanism];
      const [batch, heads, , width] = k.shape;
      const head = (x: tf.Tensor4D): tf.Tensor4D => tf.slice(x, [0, 0, 0, 0], [batch, heads, keys - 1, width]);
      const mask = tf.less(tf.range(0, keys), keys - 1);
      expectClose(attention(q, k, v, { scale, mask }), attention(q, head(k), head(v), { scale }));
    });
  });

  test('heads and sequences of a batch do not see each other', () => {
    forAnyCall(({ mechanism, problem: { batch, heads }, q, k, v, options: { mask: _, ...options } }) => {
      const fold = (x: tf.Tensor4D): tf.Tensor4D => tf.reshape(x, [batch * heads, 1, x.shape[2], x.shape[3]]);
      const { attention } = mechanisms[mechanism];
      const plain = { ...options, alibi: false };
      expectClose(fold(attention(q, k, v, plain)), attention(fold(q), fold(k), fold(v), plain));
    });
  });
});
