import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectMatches, random, runOn } from '../../test/compare.ts';
import { naiveEmbedding, naiveTokenDense, run, withGradients } from '../../test/naive.ts';

const small = fc.integer({ min: 1, max: 9 });
const width = fc.integer({ min: 1, max: 70 });
/** tf.oneHot takes no depth below 2. */
const words = fc.integer({ min: 2, max: 9 });

/** Token ids from −1 to `vocabulary`: some are outside. */
const ids = (shape: number[], vocabulary: number) =>
  random(shape, 5)
    .abs()
    .mul(vocabulary + 2)
    .sub(1)
    .floor()
    .toInt();

test('embedding of tokens of any shape, known and unknown', async () => {
  const shapes = fc.array(small, { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(shapes, words, width, async (shape, vocabulary, units) => {
      const table = () => [random([vocabulary, units], 1)];
      await expectMatches(
        () => withGradients((rows) => run('SwitchyardEmbedding', [ids(shape, vocabulary), rows!])[0]!, table()),
        () => withGradients((rows) => naiveEmbedding(ids(shape, vocabulary), rows!), table()),
      );
    }),
    { numRuns: 80 },
  );
});

test('a dense layer on one-hot tokens', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 70 }),
      small,
      words,
      width,
      fc.boolean(),
      fc.boolean(),
      async (batch, window, vocabulary, units, relu, bias) => {
        const tokens = () => ids([batch, window], vocabulary);
        const weights = () => [random([window * vocabulary, units], 1), ...(bias ? [random([units], 2)] : [])];
        const attributes = { activation: relu ? 'relu' : 'linear' };
        await expectMatches(
          () => withGradients((...all) => run('SwitchyardTokenDense', [tokens(), ...all], attributes)[0]!, weights()),
          () => withGradients((kernel, shift) => naiveTokenDense(tokens(), kernel!, shift, relu), weights()),
          1e-5,
          1e-5,
        );
      },
    ),
    { numRuns: 80 },
  );
});

test('both give the bits of the product with one-hot rows', async () => {
  const oneHot = (depth: number) => tf.oneHot(ids([60, 5], depth), depth, 1, 0, 'float32');
  const [table, kernel, bias] = [() => random([20, 50], 1), () => random([100, 50], 2), () => random([50], 3)];
  const attributes = { activation: 'relu' };
  const tokens = await runOn('simd', () => [
    ...run('SwitchyardEmbedding', [ids([60, 5], 20), table()]),
    ...run('SwitchyardTokenDense', [ids([60, 5], 20), kernel(), bias()], attributes),
  ]);
  const rows = await runOn('simd', () => [
    ...run('SwitchyardDense', [oneHot(20), table()], { activation: 'linear' }),
    ...run('SwitchyardDense', [tf.reshape(oneHot(20), [60, 100]), kernel(), bias()], attributes),
  ]);
  expect(tokens).toEqual(rows);
});

test('an empty batch has a gradient of zero', async () => {
  const [rows, slope] = await runOn('simd', () =>
    withGradients((table) => run('SwitchyardEmbedding', [tf.zeros([0, 3], 'int32'), table!])[0]!, [random([4, 2], 1)]),
  );
  expect(rows!.shape).toEqual([0, 3, 2]);
  expect(Array.from(slope!.values)).toEqual(new Array(8).fill(0));
});

test('inputs that do not fit are named; tokens have no gradient', async () => {
  await tf.setBackend('simd');
  const embed = (tokens: tf.Tensor, table: tf.Tensor) => run('SwitchyardEmbedding', [tokens, table])[0]!;
  expect(() => embed(tf.zeros([2, 3]), tf.zeros([4, 5]))).toThrow(/got float32\[2, 3\] .* it takes tokens int32/);
  expect(() =>
    run('SwitchyardTokenDense', [tf.zeros([2, 3], 'int32'), tf.zeros([7, 5])], { activation: 'linear' }),
  ).toThrow(/kernel \[window·vocabulary, units\]/);
  const f = (tokens: tf.Tensor) => embed(tokens, tf.ones([4, 5]));
  expect(() => tf.grad(f)(tf.zeros([2, 3], 'int32'))).toThrow(/Token ids have no gradient/);
});
