import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyFloat, expectSame, runOn } from '../../test/compare.ts';

const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  abs: tf.abs,
  ceil: tf.ceil,
  clip: (x) => tf.clipByValue(x, -1.5, 2),
  elu: tf.elu,
  floor: tf.floor,
  leakyRelu: (x) => tf.leakyRelu(x, 0.3),
  neg: tf.neg,
  reciprocal: tf.reciprocal,
  relu: tf.relu,
  relu6: tf.relu6,
  round: tf.round,
  rsqrt: tf.rsqrt,
  sign: tf.sign,
  sqrt: tf.sqrt,
  square: tf.square,
  step: (x) => tf.step(x, 0.25),
};

test.each(Object.keys(functions))('%s is the cpu backend’s for every float', async (name) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyFloat, { minLength: 1, maxLength: 40 }), async (values) => {
      // The cpu backend's elu, exp(x) − 1 in double precision, cancels below 1e-16.
      await expectSame(() => functions[name]!(tf.tensor1d(values)), 2e-7, name === 'elu' ? 2e-16 : 5e-45);
    }),
    { numRuns: 40 },
  );
});

/** Units in the last place between a float32 and the exact value. */
function ulps(actual: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (actual === rounded || (Number.isNaN(actual) && Number.isNaN(exact))) return 0;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact))), -126);
  return Math.abs(actual - exact) / 2 ** (exponent - 23);
}

/** [function, reference in double precision, largest error allowed, range]. */
const accurate: [string, (x: tf.Tensor) => tf.Tensor, (x: number) => number, number, [number, number]][] = [
  ['exp', tf.exp, Math.exp, 1, [-110, 95]],
  ['expm1', tf.expm1, Math.expm1, 4, [-20, 95]],
  ['log', tf.log, Math.log, 1, [-1, 1e4]],
  ['log1p', tf.log1p, Math.log1p, 3, [-2, 1e4]],
  ['tanh', tf.tanh, Math.tanh, 6, [-12, 12]],
  ['cos', tf.cos, Math.cos, 1, [-5000, 5000]],
  ['sin', tf.sin, Math.sin, 1, [-5000, 5000]],
  ['sigmoid', tf.sigmoid, (x) => 1 / (1 + Math.exp(-x)), 2.5, [-87.6, 40]],
];

test.each(accurate)('%s is exact to a few units in the last place', async (_, f, reference, limit, [low, high]) => {
  const special = [
    0,
    -0,
    1,
    -1,
    1e-38,
    1e-42,
    1e-45,
    3e38,
    0.6249,
    0.6251,
    1e-4,
    -1e-4,
    2 ** -126,
    Infinity,
    -Infinity,
    NaN,
  ];
  const values = Float32Array.from([
    ...special,
    ...Array.from({ length: 40_001 }, (_, i) => low + ((high - low) * i) / 40_000),
  ]);
  const [result] = await runOn('simd', () => f(tf.tensor1d(values)));
  let worst = 0;
  values.forEach((x, i) => {
    const error = ulps(result!.values[i]!, reference(x));
    if (!(error <= limit)) expect.fail(`at ${x}: ${result!.values[i]} instead of ${reference(x)}`);
    worst = Math.max(worst, error);
  });
  expect(worst).toBeGreaterThan(0);
});

test('exp and log near their ends', async () => {
  const [exp, log] = await runOn('simd', () => [
    tf.exp(tf.tensor1d([88.72283, 88.7229, -87.5, -103.97, -105])),
    tf.log(tf.tensor1d([-0, -1, 2 ** -149])),
  ]);
  expect(exp!.values[0]).toBeGreaterThan(3.4e38);
  expect(Array.from(exp!.values).slice(1)).toEqual([Infinity, Math.fround(Math.exp(-87.5)), 2 ** -149, 0]);
  expect(Array.from(log!.values)).toEqual([-Infinity, NaN, Math.fround(Math.log(2 ** -149))]);
});

test('integers and booleans take the cpu backend’s way', async () => {
  await expectSame(() => [
    tf.abs(tf.tensor1d([-3, 4], 'int32')),
    tf.neg(tf.tensor1d([-3, 4], 'int32')),
    tf.square(tf.tensor1d([-3, 4], 'int32')),
  ]);
});

test('relu of −0 is +0', async () => {
  const [y] = await runOn('simd', () => tf.reciprocal(tf.relu(tf.tensor1d([-0]))));
  expect(y!.values[0]).toBe(Number.POSITIVE_INFINITY);
});
