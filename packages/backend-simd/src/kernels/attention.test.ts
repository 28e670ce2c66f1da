import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectMatches, random, runOn } from '../../test/compare.ts';
import { naiveAttention, run } from '../../test/naive.ts';
import type { AttentionAttributes, SelfAttentionAttributes } from './attention.ts';

type Inputs = () => tf.Tensor[];

/** The output, and the gradients of Σ output ⊙ weights, for the first `count` inputs: all but the mask. */
function withGradients(attend: (inputs: tf.Tensor[]) => tf.Tensor, inputs: Inputs, count = 3): tf.Tensor[] {
  const all = inputs();
  const [differentiable, mask] = [all.slice(0, count), all.slice(count)];
  const output = attend(all);
  const loss = (...args: tf.Tensor[]) =>
    tf.sum(tf.mul(attend([...args, ...mask]), random(output.shape, 9))) as tf.Scalar;
  return [output, ...tf.grads(loss)(differentiable)];
}

async function check(inputs: Inputs, attributes: AttentionAttributes, relative = 2e-5, absolute = 2e-6): Promise<void> {
  await expectMatches(
    () => withGradients((all) => run('SwitchyardAttention', all, attributes)[0]!, inputs),
    () => withGradients(([q, k, v, mask]) => naiveAttention(q!, k!, v!, mask, attributes), inputs),
    relative,
    absolute,
  );
}

const attributes: fc.Arbitrary<AttentionAttributes> = fc.record({
  mechanism: fc.constantFrom('dpa' as const, 'ea' as const, 'cog' as const),
  causal: fc.boolean(),
  scale: fc.constantFrom(0.3, 1),
  alibi: fc.boolean(),
  normalizeWeights: fc.boolean(),
});

const sizes = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  heads: fc.integer({ min: 1, max: 3 }),
  queries: fc.integer({ min: 1, max: 24 }),
  keys: fc.integer({ min: 1, max: 24 }),
  width: fc.integer({ min: 1, max: 9 }),
  valueWidth: fc.integer({ min: 1, max: 9 }),
});

test('values and gradients are those of the formulas', async () => {
  await fc.assert(
    fc.asyncProperty(
      attributes,
      sizes,
      fc.boolean(),
      async (attrs, { batch, heads, queries, keys, width, valueWidth }, aligned) => {
        // The gradient of a normalised expressive row of tiny scores is the small difference of large numbers: on all sides rounding.
        const loose = attrs.mechanism === 'ea' && (!aligned || keys < 3);
        const inputs = () => [
          random([batch, heads, queries, width], 1)
            .mul(2)
            .add(aligned ? 1.5 : 0),
          random([batch, heads, keys, width], 2)
            .mul(2)
            .add(aligned ? 1.5 : 0),
          random([batch, heads, keys, valueWidth], 3),
        ];
        await check(inputs, attrs, loose ? 1e-3 : 2e-5, loose ? 2e-3 : 1e-5);
      },
    ),
    { numRuns: 120 },
  );
});

test('masks of every shape that broadcasts, as numbers and as booleans', async () => {
  await fc.assert(
    fc.asyncProperty(
      attributes,
      fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()),
      fc.nat(4),
      fc.boolean(),
      async (attrs, ones, cut, bool) => {
        const [batch, heads, queries, keys] = [2, 3, 5, 6];
        const shape = [batch, heads, queries, keys].map((size, axis) => (ones[axis] ? 1 : size)).slice(cut);
        const inputs = () => {
          const mask = random(shape, 4).greater(-0.3);
          return [
            random([batch, heads, queries, 4], 1),
            random([batch, heads, keys, 4], 2),
            random([batch, heads, keys, 3], 3),
            bool ? mask : mask.cast('float32'),
          ];
        };
        await check(inputs, attrs, 1e-3, attrs.mechanism === 'ea' ? 2e-3 : 1e-5);
      },
    ),
    { numRuns: 80 },
  );
});

test.each(['dpa', 'ea', 'cog'] as const)('%s over windows of more than one tile', async (mechanism) => {
  for (const causal of [true, false]) {
    const inputs = () => [random([1, 2, 77, 8], 1), random([1, 2, 90, 8], 2), random([1, 2, 90, 8], 3)];
    await check(inputs, { mechanism, causal, alibi: true, normalizeWeights: true }, 1e-4, 1e-5);
    const longer = () => [random([1, 1, 90, 8], 1), random([1, 1, 41, 8], 2), random([1, 1, 41, 8], 3)];
    await check(longer, { mechanism, causal, alibi: false, normalizeWeights: true }, 1e-4, 1e-5);
  }
});

test.each(['dpa', 'ea', 'cog'] as const)('%s with logits of ±1e4, and with zeros, stays finite', async (mechanism) => {
  const attrs = { mechanism, causal: true, scale: 1, alibi: false, normalizeWeights: true } as const;
  for (const factor of [100, 0]) {
    const inputs = () => [
      random([2, 1, 8, 4], 1).mul(factor),
      random([2, 1, 8, 4], 2).mul(factor),
      random([2, 1, 8, 4], 3),
    ];
    const outputs = await runOn('simd', () =>
      withGradients((all) => run('SwitchyardAttention', all, attrs)[0]!, inputs),
    );
    for (const { values } of outputs) expect(Array.from(values).every(Number.isFinite)).toBe(true);
  }
});

/** Attention within qkv [batch, window, 3·heads·d] by splitting it into heads, and joining their outputs. */
function naiveSelfAttention([qkv, mask]: tf.Tensor[], { heads, ...attributes }: SelfAttentionAttributes): tf.Tensor {
  const [batch, window, all] = qkv!.shape as [number, number, number];
  const parts = tf.split(tf.transpose(qkv!.reshape([batch, window, 3, heads, all / 3 / heads]), [2, 0, 3, 1, 4]), 3);
  const [q, k, v] = parts.map((part) => part.squeeze([0]));
  const output = naiveAttention(q!, k!, v!, mask, attributes);
  return tf.transpose(output, [0, 2, 1, 3]).reshape([batch, window, all / 3]);
}

test('self-attention is attention of the heads of its projection', async () => {
  const shapes = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    heads: fc.integer({ min: 1, max: 3 }),
    window: fc.oneof(fc.integer({ min: 1, max: 24 }), fc.constantFrom(32, 40, 71)),
    width: fc.integer({ min: 1, max: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(attributes, shapes, fc.boolean(), async (options, { batch, heads, window, width }, masked) => {
      const attrs = { ...options, heads };
      const inputs = () => [
        random([batch, window, 3 * heads * width], 1)
          .mul(2)
          .add(1),
        ...(masked ? [random([batch, 1, window, window], 2).greater(-0.5)] : []),
      ];
      const loose = attrs.mechanism === 'ea';
      await expectMatches(
        () => withGradients((all) => run('SwitchyardSelfAttention', all, attrs)[0]!, inputs, 1),
        () => withGradients((all) => naiveSelfAttention(all, attrs), inputs, 1),
        loose ? 1e-3 : 1e-4,
        loose ? 1e-3 : 1e-5,
      );
    }),
    { numRuns: 100 },
  );
});

test('documents are masks that cut off all keys before their start', async () => {
  const shapes = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    heads: fc.integer({ min: 1, max: 2 }),
    lengths: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
    width: fc.integer({ min: 1, max: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(attributes, shapes, async (options, { batch, heads, lengths, width }) => {
      const attrs = { ...options, heads, causal: true };
      const window = lengths.reduce((sum, length) => sum + length, 0);
      // Every sequence of the batch has its documents in another order.
      const starts = Array.from({ length: batch }, (_, b) => {
        const turned = lengths.map((_, i) => lengths[(i + b) % lengths.length]!);
        return turned.flatMap((length, i) => Array(length).fill(turned.slice(0, i).reduce((sum, n) => sum + n, 0)));
      });
      const qkv = () =>
        random([batch, window, 3 * heads * width], 1)
          .mul(2)
          .add(1);
      const loose = attrs.mechanism === 'ea';
      await expectMatches(
        () =>
          withGradients(
            (all) => run('SwitchyardSelfAttention', all, { ...attrs, documents: true })[0]!,
            () => [qkv(), tf.tensor2d(starts)],
            1,
          ),
        () =>
          withGradients(
            (all) => naiveSelfAttention(all, attrs),
            () => [
              qkv(),
              tf.greaterEqual(tf.range(0, window), tf.tensor2d(starts).reshape([batch, 1, window, 1])).cast('float32'),
            ],
            1,
          ),
        loose ? 1e-3 : 1e-4,
        loose ? 2e-3 : 1e-5,
      );
    }),
    { numRuns: 25 },
  );
});

test.each(['dpa', 'ea', 'cog'] as const)('%s: a causal window gives its beginning the same bits', async (mechanism) => {
  // Longer windows are cut into other blocks, tiles and chunks.
  const attrs = { mechanism, causal: true, alibi: false, normalizeWeights: true, heads: 2 };
  const whole = random([2, 150, 3 * 16], 1);
  const outputs = async (window: number) =>
    await runOn('simd', () => {
      const qkv = tf.slice(whole, [0, 0, 0], [2, window, 3 * 16]);
      const attend = (x: tf.Tensor) => run('SwitchyardSelfAttention', [x], attrs)[0]!;
      // Nothing comes back from what is after token 20.
      const up = tf.pad(random([2, 21, 16], 2), [
        [0, 0],
        [0, window - 21],
        [0, 0],
      ]);
      return [attend(qkv), tf.grad(attend)(qkv, up)].map((x) => tf.slice(x, [0, 0, 0], [2, 21, -1]));
    });
  const expected = await outputs(21);
  for (const window of [24, 33, 150]) expect(await outputs(window)).toEqual(expected);
});

test('inputs that do not fit are named', async () => {
  await tf.setBackend('simd');
  const attrs = { mechanism: 'dpa', causal: false, alibi: false, normalizeWeights: true };
  expect(() =>
    run('SwitchyardAttention', [tf.zeros([1, 2, 3, 4]), tf.zeros([1, 2, 3, 5]), tf.zeros([1, 2, 3, 4])], attrs),
  ).toThrow(/SwitchyardAttention got float32\[1, 2, 3, 4\] float32\[1, 2, 3, 5\]/);
  expect(() => run('SwitchyardSelfAttention', [tf.zeros([1, 2, 18])], { ...attrs, heads: 4 })).toThrow(
    /SwitchyardSelfAttention got float32\[1, 2, 18\]; it takes queries, keys and values side by side/,
  );
  expect(() =>
    run('SwitchyardSelfAttention', [tf.zeros([1, 2, 18]), tf.zeros([1, 2])], { ...attrs, heads: 3, documents: true }),
  ).toThrow(/or with documents, which need causal, their starts \[batch, window\]/);
});
