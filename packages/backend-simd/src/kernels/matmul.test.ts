import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectSame, random, runOn } from '../../test/compare.ts';
import type { SimdBackend } from '../backend.ts';

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 80 }));

test('products of all shapes and transposes are those of the cpu backend', async () => {
  await fc.assert(
    fc.asyncProperty(
      size,
      size,
      fc.oneof(size, fc.integer({ min: 250, max: 600 })),
      fc.boolean(),
      fc.boolean(),
      async (m, n, k, ta, tb) => {
        await expectSame(
          () => tf.matMul(random(ta ? [k, m] : [m, k], 1), random(tb ? [n, k] : [k, n], 2), ta, tb),
          1e-4,
          1e-5 + 1e-7 * k,
        );
      },
    ),
    { numRuns: 120 },
  );
});

test('batches broadcast', async () => {
  const sum = (a: number[], b: number[], ta: boolean, tb: boolean) => () => {
    const x = random(ta ? [...a, 5, 6] : [...a, 6, 5], 1);
    const y = random(tb ? [...b, 9, 5] : [...b, 5, 9], 2);
    return tf.matMul(x, y, ta, tb);
  };
  // The cpu backend pairs batches by index modulo, which is right for these shapes only.
  for (const [a, b] of [
    [[3], [3]],
    [[3], [1]],
    [[1], [3]],
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], []],
    [[], [4]],
    [[2, 3], [3]],
  ] as [number[], number[]][]) {
    for (const [ta, tb] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as [boolean, boolean][]) {
      await expectSame(sum(a, b, ta, tb), 1e-5, 1e-6);
    }
  }
});

test('batches that broadcast both ways: every pair is multiplied', async () => {
  const [product] = await runOn('simd', () => tf.matMul(random([2, 1, 3, 4], 1), random([1, 3, 4, 2], 2)));
  const [pairs] = await runOn('cpu', () =>
    tf.stack(
      tf
        .unstack(random([2, 3, 4], 1))
        .map((a) =>
          tf.stack(tf.unstack(random([3, 4, 2], 2)).map((b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D))),
        ),
    ),
  );
  expect(product!.shape).toEqual([2, 3, 3, 2]);
  expect(Array.from(product!.values)).toEqual(
    Array.from(pairs!.values, (value) => expect.closeTo(value, 5) as unknown as number),
  );
});

test('dense layers: bias, activation and both transposes in one kernel', async () => {
  const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const;
  await fc.assert(
    fc.asyncProperty(
      size,
      size,
      size,
      fc.constantFrom(...activations),
      fc.boolean(),
      fc.boolean(),
      async (m, n, k, activation, ta, tb) => {
        await expectSame(
          () =>
            tf.fused.matMul({
              a: random(ta ? [k, m] : [m, k], 1) as tf.Tensor2D,
              b: random(tb ? [n, k] : [k, n], 2) as tf.Tensor2D,
              transposeA: ta,
              transposeB: tb,
              bias: random([n], 3),
              activation,
            }),
          1e-4,
          1e-5,
        );
      },
    ),
    { numRuns: 80 },
  );
});

test('a bias that is not one row, prelu, and empty products', async () => {
  const a = () => random([6, 5], 1) as tf.Tensor2D;
  const b = () => random([5, 7], 2) as tf.Tensor2D;
  for (const activation of ['linear', 'relu', 'sigmoid'] as const) {
    await expectSame(() => tf.fused.matMul({ a: a(), b: b(), bias: tf.scalar(0.5), activation }));
    await expectSame(() => tf.fused.matMul({ a: a(), b: b(), bias: random([1, 7], 3), activation }));
  }
  await expectSame(() =>
    tf.fused.matMul({ a: a(), b: b(), activation: 'prelu', preluActivationWeights: random([7], 4) }),
  );
  await expectSame(() => tf.matMul(tf.zeros([3, 0]), tf.zeros([0, 4])));
  await expectSame(() => tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 4])));
  await expectSame(() =>
    tf.fused.matMul({ a: tf.zeros([3, 0]), b: tf.zeros([0, 2]), bias: tf.tensor1d([1, -2]), activation: 'relu' }),
  );
});

test('NaN, infinities and denormals go through a product and its relu', async () => {
  const column = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-38, -1e-38, 0, -0, 1];
  await expectSame(
    () =>
      tf.fused.matMul({ a: tf.tensor2d(column, [8, 1]), b: tf.tensor2d([1, -1, 0.5, -0], [1, 4]), activation: 'relu' }),
    0,
    0,
  );
});

test('gradients of matMul and of a dense layer', async () => {
  await expectSame(
    () => {
      const f = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
        tf.fused
          .matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias: c, activation: 'relu' })
          .square()
          .sum() as tf.Scalar;
      return tf.grads(f)([random([33, 20], 1), random([20, 12], 2), random([12], 3)]);
    },
    1e-4,
    1e-5,
  );
  for (const [ta, tb] of [
    [false, true],
    [true, false],
    [true, true],
  ] as [boolean, boolean][]) {
    await expectSame(
      () => {
        const f = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, ta, tb).square().sum() as tf.Scalar;
        return tf.grads(f)([random(ta ? [2, 20, 33] : [2, 33, 20], 1), random(tb ? [2, 12, 20] : [2, 20, 12], 2)]);
      },
      1e-4,
      1e-5,
    );
  }
});

test('every result is one chain in the order of k: how operands are stored and which part is computed changes no bit', async () => {
  await fc.assert(
    fc.asyncProperty(size, size, fc.integer({ min: 1, max: 600 }), async (m, n, k) => {
      const [plain, ...others] = await runOn('simd', () => {
        const [a, b] = [random([m, k], 1) as tf.Tensor2D, random([k, n], 2) as tf.Tensor2D];
        const [rows, columns] = [Math.ceil(m / 3), Math.ceil(n / 3)];
        const whole = a.matMul(b);
        return [
          whole,
          tf.matMul(a.transpose(), b, true, false),
          tf.matMul(a, b.transpose(), false, true),
          tf.matMul(a.transpose(), b.transpose(), true, true),
          whole.slice([m - rows, n - columns]),
          a.slice([m - rows, 0]).matMul(b.slice([0, n - columns])),
        ];
      });
      const [part, partAlone] = others.splice(3);
      for (const other of others) expect(other.values).toEqual(plain!.values);
      expect(partAlone!.values).toEqual(part!.values);
    }),
    { numRuns: 60 },
  );
});

test('rows may lie anywhere: matrices within wider ones, nothing written beside them', async () => {
  await tf.setBackend('simd');
  const backend = tf.backend() as SimdBackend;
  const wide = fc.constantFrom(0, 1, 7, 600, 1024);
  const values = random([80 * (80 + 1024)], 1);
  fc.assert(
    fc.property(
      fc.tuple(size, size, size),
      fc.tuple(wide, wide, wide),
      fc.boolean(),
      fc.boolean(),
      ([m, n, k], gaps, ta, tb) => {
        const shapes = [ta ? [k, m] : [m, k], tb ? [n, k] : [k, n], [m, n]] as [number, number][];
        const widths = shapes.map(([, columns], i) => columns + gaps[i]!);
        tf.tidy(() => {
          const matrices = shapes.map(([rows], i) => values.slice(0, rows * widths[i]!).reshape([rows, widths[i]!]));
          const within = (i: number) => matrices[i]!.slice([0, 0], shapes[i]!) as tf.Tensor2D;
          const beside = () => matrices[2]!.slice([0, n], [m, Math.min(gaps[2], 16)]).dataSync();
          const before = beside();
          const expected = tf.matMul(within(0), within(1), ta, tb).dataSync();
          const [a, b, c] = matrices.map((matrix, i) => [backend.entry(matrix).address, 4 * widths[i]!] as const);
          backend.wasm.matmul(1, 0, 0, 0, 0, ...a!, ...b!, ...c!, m, n, k, Number(ta), Number(tb), 0, 0);
          expect(within(2).dataSync()).toEqual(expected);
          expect(beside()).toEqual(before);
        });
      },
    ),
    { numRuns: 60 },
  );
  values.dispose();
});

test('small whole numbers multiply exactly, over more than one pass of k', async () => {
  const [product] = await runOn('simd', () => {
    const ones = tf.ones([1, 700]) as tf.Tensor2D;
    return ones.matMul(tf.range(0, 700).expandDims(1).tile([1, 13]) as tf.Tensor2D);
  });
  expect(Array.from(product!.values)).toEqual(Array(13).fill((699 * 700) / 2));
});

test('wrong inner shapes are refused', async () => {
  await tf.setBackend('simd');
  expect(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([4, 2]))).toThrow(/inner shapes \(3\) and \(4\)/);
});
