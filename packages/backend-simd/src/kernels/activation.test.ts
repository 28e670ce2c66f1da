import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyFloat, expectMatches, expectSame, random, runOn, type Values } from '../../test/compare.ts';
import { run } from '../../test/naive.ts';

const names = ['gelu', 'geluTanh', 'silu'] as const;
type Name = (typeof names)[number];

/** erf x = 2/√π · e^(−x²) · Σ 2ⁿ·x^(2n+1)/(2n+1)!!, all terms of one sign: exact to double precision. */
function erf(x: number): number {
  if (!(Math.abs(x) < 6)) return Number.isNaN(x) ? x : Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const argument = (x: number) => Math.sqrt(8 / Math.PI) * (x + 0.044715 * x ** 3);
const argumentSlope = (x: number) => Math.sqrt(8 / Math.PI) * (1 + 3 * 0.044715 * x ** 2);
const below = (x: number) => (1 + erf(x / Math.SQRT2)) / 2;

/** Value and derivative in double precision. */
const exact: Record<Name, [(x: number) => number, (x: number) => number]> = {
  gelu: [(x) => x * below(x), (x) => below(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)],
  geluTanh: [
    (x) => x * sigmoid(argument(x)),
    (x) => sigmoid(argument(x)) * (1 + x * sigmoid(-argument(x)) * argumentSlope(x)),
  ],
  silu: [(x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * sigmoid(-x))],
};

/** The compositions that @switchyard/attention has for other backends. */
const naive: Record<Name, (x: tf.Tensor) => tf.Tensor> = {
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  geluTanh: (x) => {
    const cubic = tf.mul(x, tf.add(tf.mul(tf.square(x), 0.044715), 1));
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(cubic, Math.sqrt(2 / Math.PI))), 1));
  },
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
};

const activation = (name: Name) => (x: tf.Tensor) => run('SwitchyardActivation', [x], { activation: name })[0]!;
const gradient = (f: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor, dy: tf.Tensor) => tf.grad(f)(x, dy);

/** Units in the last place of float32 at y. */
const unit = (y: number) => 2 ** (Math.max(Math.floor(Math.log2(Math.abs(y))), -126) - 23);

/** Some 20 000 float32 numbers, dense around 0 and few out to ±15. */
const points = Float32Array.from({ length: 20_001 }, (_, i) => 15 * ((i - 10_000) / 10_000) ** 3);

/** The largest error over the points. */
function worst({ values }: Values, error: (x: number, result: number) => number): number {
  return points.reduce((largest, x, i) => Math.max(largest, error(x, values[i]!)), 0);
}

test('erf is exact to 7 units in the last place, and ±1 from 3.95 on', async () => {
  const [y] = await runOn('simd', () => tf.erf(tf.tensor1d(points)));
  expect(worst(y!, (x, result) => Math.abs(result - erf(x)) / unit(erf(x)))).toBeLessThanOrEqual(7);
  expect(worst(y!, (x, result) => (Math.abs(x) > 3.95 ? Math.abs(result - Math.sign(x)) : 0))).toBe(0);
});

test('erf of special values and integers', async () => {
  const [special] = await runOn('simd', () => tf.erf(tf.tensor1d([0, -0, 1e-45, Infinity, -Infinity, NaN, 3e38])));
  expect(Array.from(special!.values)).toEqual([0, -0, 2 ** -149, 1, -1, NaN, 1]);
  await expectSame(() => tf.erf(tf.tensor1d([-2, 0, 1], 'int32')));
});

describe.each(names)('%s', (name) => {
  const [value, slope] = exact[name];

  test('is exact to 3 units in the last place above 0 and to 2.5e-7·|x| below, its derivative to 3e-7', async () => {
    const [y, dx] = await runOn('simd', () => {
      const x = tf.tensor1d(points);
      return [activation(name)(x), gradient(activation(name))(x, tf.onesLike(x))];
    });
    const error = (x: number, result: number) => Math.abs(result - value(x));
    expect(worst(y!, (x, result) => (x > 0 ? error(x, result) / unit(value(x)) : 0))).toBeLessThanOrEqual(3);
    expect(worst(y!, (x, result) => (x < 0 ? error(x, result) / -x : 0))).toBeLessThanOrEqual(2.5e-7);
    expect(worst(dx!, (x, result) => Math.abs(result - slope(x)))).toBeLessThanOrEqual(3e-7);
  });

  test('is the naive composition for every float', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFloat, { minLength: 1, maxLength: 40 }), async (values) => {
        const x = () => tf.tensor1d(values);
        // Below 0 the composition loses digits: 1 + tanh and 1 + erf cancel.
        const largest = Math.max(1, ...values.filter((value) => Math.abs(value) < 1e4).map(Math.abs));
        await expectMatches(
          () => activation(name)(x()),
          () => naive[name](x()),
          1e-6,
          5e-7 * largest,
        );
      }),
      { numRuns: 60 },
    );
  });

  test('has the gradient of the naive composition, for tensors of any shape', async () => {
    const shape = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(shape, fc.constantFrom(0.1, 3, 100), async (sizes, factor) => {
        const inputs = () => [random(sizes, 1).mul(factor), random(sizes, 2)] as const;
        await expectMatches(
          () => gradient(activation(name))(...inputs()),
          () => gradient(naive[name])(...inputs()),
          1e-5,
          2e-6,
        );
      }),
      { numRuns: 60 },
    );
  });

  test('has a finite derivative at the largest floats', async () => {
    const [dx] = await runOn('simd', () => {
      const x = tf.tensor1d([3e38, 1e20, 100, -100, -1e20, -3e38, 0, -0, 1e-45]);
      return gradient(activation(name))(x, tf.onesLike(x));
    });
    expect(Array.from(dx!.values, (value) => value + 0)).toEqual([1, 1, 1, 0, 0, 0, 0.5, 0.5, 0.5]);
  });
});

test('swiglu and its gradient are the naive composition’s', async () => {
  const halves = (x: tf.Tensor) => tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
  const composed = (x: tf.Tensor) => {
    const [a, b] = halves(x);
    return tf.mul(naive.silu(a), b);
  };
  const fused = (x: tf.Tensor) => run('SwitchyardSwiglu', [x])[0]!;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 3 }),
      fc.integer({ min: 1, max: 70 }),
      fc.constantFrom(0.1, 3, 100),
      async (leading, width, factor) => {
        const x = () => random([...leading, 2 * width], 1).mul(factor);
        const dy = () => random([...leading, width], 2);
        await expectMatches(
          () => [fused(x()), tf.grad(fused)(x(), dy())],
          () => [composed(x()), tf.grad(composed)(x(), dy())],
          1e-5,
          1e-6 * factor,
        );
      },
    ),
    { numRuns: 80 },
  );
});

test('inputs that do not fit are named', async () => {
  await tf.setBackend('simd');
  expect(() => run('SwitchyardSwiglu', [tf.zeros([2, 3])])).toThrow(
    'SwitchyardSwiglu got float32[2, 3]; it takes x [..., 2·n].',
  );
  expect(() => run('SwitchyardActivation', [tf.zeros([2], 'int32')], { activation: 'gelu' })).toThrow('int32[2]');
});
