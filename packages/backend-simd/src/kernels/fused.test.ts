import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectMatches, random, runOn } from '../../test/compare.ts';
import { naiveCrossEntropy, naiveDense, naiveNorm, naivePositionWise, run, withGradients } from '../../test/naive.ts';

const size = fc.integer({ min: 1, max: 13 });

test('layer and root-mean-square normalisation, with shared and position-wise gains', async () => {
  await fc.assert(
    fc.asyncProperty(
      size,
      size,
      fc.integer({ min: 2, max: 40 }),
      fc.boolean(),
      fc.boolean(),
      async (batch, window, width, positionWise, centred) => {
        const gain = positionWise ? [window, width] : [width];
        const inputs = () => [
          random([batch, window, width], 1),
          random(gain, 2),
          ...(centred ? [random(gain, 3)] : []),
        ];
        const kernel = centred ? 'SwitchyardLayerNorm' : 'SwitchyardRmsNorm';
        await expectMatches(
          () => withGradients((...all) => run(kernel, all, { epsilon: 1e-3 })[0]!, inputs()),
          () => withGradients((x, gamma, beta) => naiveNorm(x!, gamma!, beta, 1e-3), inputs()),
          1e-4,
          1e-5,
        );
      },
    ),
    { numRuns: 80 },
  );
});

test('layer normalisation of many rows, of a large offset and of constant rows', async () => {
  const inputs = () => [random([40, 20, 32], 1).add(100), random([32], 2), random([32], 3)];
  await expectMatches(
    () => withGradients((...all) => run('SwitchyardLayerNorm', all, { epsilon: 1e-5 })[0]!, inputs()),
    () => withGradients((x, gamma, beta) => naiveNorm(x!, gamma!, beta, 1e-5), inputs()),
    1e-3,
    1e-3,
  );
  const [y] = await runOn('simd', () =>
    run('SwitchyardLayerNorm', [tf.fill([2, 8], 3), tf.ones([8]), tf.fill([8], 0.5)], { epsilon: 1e-5 }).slice(0, 1),
  );
  expect(Array.from(y!.values)).toEqual(new Array(16).fill(0.5));
});

test('masked cross-entropy and its gradient', async () => {
  await fc.assert(
    fc.asyncProperty(
      size,
      size,
      fc.integer({ min: 2, max: 22 }),
      fc.constantFrom(0, 1, 30),
      async (batch, window, vocabulary, factor) => {
        const targets = () => random([batch, window], 2).abs().mul(vocabulary).floor().toInt();
        const mask = () => random([batch, window], 3).greater(0).cast('float32');
        const logits = () => [random([batch, window, vocabulary], 1).mul(factor)];
        const scaled = (f: (logits: tf.Tensor) => tf.Tensor) => withGradients((x) => tf.mul(f(x!), 2), logits());
        await expectMatches(
          () => scaled((x) => run('SwitchyardMaskedCrossEntropy', [x, targets(), mask()])[0]!),
          () => scaled((x) => naiveCrossEntropy(x, targets(), mask())),
          1e-4,
          1e-6,
        );
      },
    ),
    { numRuns: 80 },
  );
});

test('cross-entropy where nothing counts is 0; logits of ±1e4 and unknown targets are safe; a masked row may hold NaN', async () => {
  const loss = (logits: tf.Tensor, targets: number[], mask: number[]) =>
    run('SwitchyardMaskedCrossEntropy', [logits, tf.tensor1d(targets, 'int32'), tf.tensor1d(mask)])[0]!;
  const [none, large, unknown, hidden, slope] = await runOn('simd', () => [
    loss(tf.zeros([2, 3]), [0, 1], [0, 0]),
    loss(tf.tensor2d([1e4, -1e4, 0], [1, 3]), [1], [1]),
    loss(tf.zeros([1, 4]), [9], [1]),
    loss(tf.tensor2d([NaN, 0, 0, 0], [2, 2]), [0, 0], [0, 1]),
    tf.grad((x) => loss(x, [0, 0], [0, 1]) as tf.Scalar)(tf.tensor2d([NaN, 0, 0, 0], [2, 2])),
  ]);
  expect([none, large, unknown, hidden].map((result) => result!.values[0])).toEqual([
    0,
    20_000,
    Math.fround(Math.log(4)),
    Math.fround(Math.log(2)),
  ]);
  expect(Array.from(slope!.values)).toEqual([0, 0, -0.5, 0.5]);
});

test('dense layers over inputs of any rank', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      fc.constantFrom(0, 1, 2), // none, bias, bias and residual
      async (leading, features, units, relu, terms) => {
        const inputs = () => [
          random([...leading, features], 1),
          random([features, units], 2),
          ...[random([units], 3), random([...leading, units], 4)].slice(0, terms),
        ];
        const rows = leading.reduce((product, length) => product * length, 1);
        const activation = relu ? 'relu' : 'linear';
        await expectMatches(
          () => withGradients((...all) => run('SwitchyardDense', all, { activation })[0]!, inputs()),
          () => withGradients((x, kernel, shift, sum) => naiveDense(x!, kernel!, shift, relu, sum), inputs()),
          1e-4,
          1e-5 + 1e-7 * rows, // of sums over the rows
        );
      },
    ),
    { numRuns: 80 },
  );
});

test('a dense layer makes no gradient of an input that needs none; no rows give gradients of zero', async () => {
  const inputs = (rows: number) => [random([rows, 5], 1), random([5, 3], 2), random([3], 3)] as const;
  for (const rows of [4, 0]) {
    const weightsOnly = (f: (x: tf.Tensor, ...rest: tf.Tensor[]) => tf.Tensor) => () => {
      const [x, ...rest] = inputs(rows);
      return tf.grads((...weights) => tf.sum(f(x, ...weights)) as tf.Scalar)(rest);
    };
    await expectMatches(
      weightsOnly((...all) => run('SwitchyardDense', all, { activation: 'relu' })[0]!),
      weightsOnly((x, kernel, shift) => naiveDense(x, kernel!, shift, true)),
    );
  }
  await tf.setBackend('simd');
  const { kernelNames } = await tf.profile(() => {
    const [x, kernel] = inputs(4);
    return tf.grad((w) => run('SwitchyardDense', [x, w], { activation: 'linear' })[0]!)(kernel);
  });
  expect(kernelNames).not.toContain('BatchMatMul');
});

test('dense layers with weights for every position', async () => {
  await fc.assert(
    fc.asyncProperty(
      size,
      size,
      size,
      size,
      fc.boolean(),
      fc.boolean(),
      async (batch, window, features, units, relu, bias) => {
        const inputs = () => [
          random([batch, window, features], 1),
          random([window, features, units], 2),
          ...(bias ? [random([window, units], 3)] : []),
        ];
        await expectMatches(
          () =>
            withGradients(
              (...all) => run('SwitchyardPositionWiseDense', all, { activation: relu ? 'relu' : 'linear' })[0]!,
              inputs(),
            ),
          () => withGradients((x, kernel, shift) => naivePositionWise(x!, kernel!, shift, relu), inputs()),
          1e-4,
          1e-5,
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('inputs that do not fit are named', async () => {
  await tf.setBackend('simd');
  expect(() => run('SwitchyardLayerNorm', [tf.zeros([2, 3]), tf.zeros([4]), tf.zeros([4])], { epsilon: 1 })).toThrow(
    /got float32\[2, 3\] float32\[4\]/,
  );
  expect(() => run('SwitchyardMaskedCrossEntropy', [tf.zeros([2, 3]), tf.zeros([2]), tf.zeros([2])])).toThrow(
    /targets int32/,
  );
  expect(() =>
    run('SwitchyardPositionWiseDense', [tf.zeros([2, 3, 4]), tf.zeros([2, 4, 5])], { activation: 'linear' }),
  ).toThrow(/kernel \[window, in, out\]/);
  expect(() => run('SwitchyardDense', [tf.zeros([2, 4]), tf.zeros([5, 3])], { activation: 'linear' })).toThrow(
    /got float32\[2, 4\] float32\[5, 3\]; it takes x \[\.\.\., in\]/,
  );
});
