import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '../../test/naive.ts';
import '../index.ts';

interface AdamOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  decoupled: boolean;
}

/** PyTorch's formulas in double precision over one parameter. */
function adam(p: number, gradients: number[], rate: number, scale: number, options: AdamOptions): number[] {
  const { beta1, beta2, epsilon, weightDecay, decoupled } = options;
  let [m, v] = [0, 0];
  gradients.forEach((gradient, i) => {
    const g = scale * gradient + (decoupled ? 0 : weightDecay * p);
    if (decoupled) p -= rate * weightDecay * p;
    m += (1 - beta1) * (g - m);
    v = beta2 * v + (1 - beta2) * g * g;
    p -= ((rate / (1 - beta1 ** (i + 1))) * m) / (Math.sqrt(v) / Math.sqrt(1 - beta2 ** (i + 1)) + epsilon);
  });
  return [p, m, v];
}

test('SwitchyardAdamW follows PyTorch’s formulas, in place, over parameters of every length', async () => {
  await tf.setBackend('simd');
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 11 }),
      fc.boolean(),
      fc.constantFrom(0, 0.1),
      fc.constantFrom(1, 0.25),
      (length, decoupled, weightDecay, scale) => {
        const options: AdamOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay, decoupled };
        const start = Array.from({ length }, (_, i) => Math.sin(i + 1));
        const gradient = (i: number, step: number) => Math.fround(Math.cos(3 * i + step));
        const other = tf.variable(tf.tensor1d([1, 2, 3]));
        const zeros = [tf.variable(tf.zeros([3])), tf.variable(tf.zeros([3]))];
        const slots = [
          tf.variable(tf.tensor1d(start)),
          tf.variable(tf.zeros([length])),
          tf.variable(tf.zeros([length])),
        ];
        const ids = slots.map((slot) => slot.dataId);
        for (let step = 1; step <= 3; step++) {
          tf.tidy(() => {
            const hyper = tf.tensor1d([0.01, 1 - 0.9 ** step, 1 - 0.999 ** step]);
            const g = tf.tensor1d(start.map((_, i) => gradient(i, step)));
            const [p, m, v] = slots as [tf.Variable, tf.Variable, tf.Variable];
            expect(
              run(
                'SwitchyardAdamW',
                [hyper, tf.tensor1d([scale]), p, g, m, v, other, tf.zeros([3]), ...zeros],
                options,
              ),
            ).toEqual([]);
          });
        }
        expect(slots.map((slot) => slot.dataId)).toEqual(ids);
        const results = slots.map((slot) => slot.dataSync());
        start.forEach((p, i) => {
          const wanted = adam(
            Math.fround(p),
            [1, 2, 3].map((step) => gradient(i, step)),
            0.01,
            scale,
            options,
          );
          for (const [slot, value] of wanted.entries()) expect(results[slot]![i]).toBeCloseTo(value, 6);
        });
        const shrink = decoupled ? (1 - 0.01 * weightDecay) ** 3 : undefined;
        if (shrink !== undefined) expect(other.dataSync()[1]).toBeCloseTo(2 * shrink, 6);
        tf.dispose([other, ...zeros, ...slots]);
      },
    ),
    { numRuns: 30 },
  );
});

test('SwitchyardSgd: momentum, Nesterov, L2', async () => {
  await tf.setBackend('simd');
  for (const [momentum, nesterov, weightDecay] of [
    [0, false, 0],
    [0.9, false, 0.1],
    [0.9, true, 0.1],
  ] as [number, boolean, number][]) {
    const start = [1, -2, 3, 0.5, 7];
    const p = tf.variable(tf.tensor1d(start));
    const b = tf.variable(tf.zeros([5]));
    const expected = [...start];
    const velocity = start.map(() => 0);
    for (let step = 0; step < 3; step++) {
      const gradients = start.map((_, i) => i - step);
      tf.tidy(() =>
        run('SwitchyardSgd', [tf.tensor1d([0.05]), tf.scalar(0.5), p, tf.tensor1d(gradients), b], {
          momentum,
          weightDecay,
          nesterov,
        }),
      );
      gradients.forEach((gradient, i) => {
        const g = 0.5 * gradient + weightDecay * expected[i]!;
        velocity[i] = momentum * velocity[i]! + g;
        expected[i] = expected[i]! - 0.05 * (nesterov ? g + momentum * velocity[i]! : velocity[i]!);
      });
    }
    expect(Array.from(p.dataSync())).toEqual(expected.map((value) => expect.closeTo(value, 5) as unknown as number));
    tf.dispose([p, b]);
  }
});

test('SwitchyardGlobalNorm: the norm over all gradients, and the factor that clips it', async () => {
  await tf.setBackend('simd');
  const results = tf.tidy(() => {
    const gradients = [tf.tensor1d([3, 0, 0, 0, 0]), tf.tensor2d([[4]])];
    const norm = (maximum: number, list: tf.Tensor[] = gradients) =>
      run('SwitchyardGlobalNorm', list, { maximum }).map((x) => x.dataSync()[0]);
    const large = [tf.fill([2_000_000], 1e-3)];
    return [norm(0), norm(Infinity), norm(1), norm(10), norm(1, large), norm(1, [tf.tensor1d([NaN])])];
  });
  expect(results.slice(0, 4)).toEqual([
    [5, 1],
    [5, 1],
    [5, Math.fround(1 / (5 + 1e-6))],
    [5, 1],
  ]);
  expect(results[4]![0]).toBeCloseTo(Math.sqrt(2), 5);
  expect(results[5]).toEqual([NaN, NaN]);
});

test('inputs that do not fit are named', async () => {
  await tf.setBackend('simd');
  const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decoupled: true };
  const inputs = [tf.zeros([3]), tf.ones([1]), tf.zeros([4]), tf.zeros([4]), tf.zeros([4]), tf.zeros([5])];
  expect(() => run('SwitchyardAdamW', inputs, options)).toThrow(/SwitchyardAdamW got .*float32\[4\] float32\[5\]/);
});

test('SwitchyardMovingAverage moves every average towards its parameter, in place', async () => {
  await tf.setBackend('simd');
  const sizes = [1, 5, 40_003];
  const start = (i: number) => Math.fround(Math.sin(i));
  const target = (i: number) => Math.fround(Math.cos(i));
  const averages = sizes.map((size) =>
    tf.variable(tf.tensor1d(Float32Array.from({ length: size }, (_, i) => start(i)))),
  );
  const parameters = sizes.map((size) => tf.tensor1d(Float32Array.from({ length: size }, (_, i) => target(i))));
  const ids = averages.map(({ dataId }) => dataId);
  const pairs = averages.flatMap((average, i) => [average, parameters[i]!]);
  expect(run('SwitchyardMovingAverage', [tf.scalar(0.1), ...pairs])).toEqual([]);
  expect(averages.map(({ dataId }) => dataId)).toEqual(ids);
  for (const average of averages) {
    const values = Array.from(average.dataSync());
    const worst = values.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (0.9 * start(i) + 0.1 * target(i)))),
      0,
    );
    expect(worst).toBeLessThan(2e-7);
  }
  expect(run('SwitchyardMovingAverage', [tf.scalar(1), ...pairs])).toEqual([]);
  averages.forEach((average, i) => {
    expect(average.dataSync()).toEqual(parameters[i]!.dataSync());
  });
  expect(() => run('SwitchyardMovingAverage', [tf.scalar(0.9), averages[0]!, parameters[1]!])).toThrow(
    /it takes share \[1\], then pairs/,
  );
});
