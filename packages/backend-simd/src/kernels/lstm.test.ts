import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectMatches, random, runOn } from '../../test/compare.ts';
import { naiveLstm, run, withGradients } from '../../test/naive.ts';

const inputs = (batch: number, window: number, units: number) => [
  random([batch, window, 4 * units], 1),
  random([units, 4 * units], 2),
  random([4 * units], 3),
];

const matches = (batch: number, window: number, units: number) =>
  expectMatches(
    () => withGradients((...all) => run('SwitchyardLstm', all)[0]!, inputs(batch, window, units)),
    () => withGradients((x, recurrent, bias) => naiveLstm(x!, recurrent!, bias!), inputs(batch, window, units)),
    1e-4,
    1e-5 + 1e-7 * batch * window, // of sums over the rows
  );

test('hidden states and gradients are those of the formula, for any sizes', async () => {
  const sizes = [
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 2, max: 6 }),
    fc.integer({ min: 1, max: 10 }),
  ] as const;
  await fc.assert(fc.asyncProperty(...sizes, matches), { numRuns: 50 });
});

test('so they are where a kernel is longer than what one pass over its rows takes', async () => {
  await matches(17, 3, 70);
});

test('shut and open gates: the state is kept, and hidden by the output gate', async () => {
  const bias = (...gates: number[]) => [tf.zeros([1, 3, 4]), tf.zeros([1, 4]), tf.tensor1d(gates)];
  const [kept, hidden, saturated] = await runOn('simd', () => [
    run('SwitchyardLstm', bias(99, 99, 1, 99))[2]!,
    run('SwitchyardLstm', bias(99, 99, 1, -99))[0]!,
    ...withGradients((...all) => run('SwitchyardLstm', all)[0]!, bias(1e9, 1e9, -1e9, 1e9)).slice(1, 2),
  ]);
  // c[t] = c[t−1] + tanh 1
  for (const t of [1, 2, 3]) expect(kept!.values[t - 1]).toBeCloseTo(t * Math.tanh(1), 6);
  expect(Array.from(hidden!.values)).toEqual([0, 0, 0]);
  expect(Array.from(saturated!.values).every((slope) => slope === 0)).toBe(true);
});

test('an empty batch gives empty states and gradients of zero', async () => {
  const [hidden, dx, drecurrent, dbias] = await runOn('simd', () =>
    withGradients((...all) => run('SwitchyardLstm', all)[0]!, inputs(0, 3, 2)),
  );
  expect([hidden!.shape, dx!.shape]).toEqual([
    [0, 3, 2],
    [0, 3, 8],
  ]);
  expect([...Array.from(drecurrent!.values), ...Array.from(dbias!.values)]).toEqual(new Array(24).fill(0));
});

test('inputs that do not fit are named', async () => {
  await tf.setBackend('simd');
  expect(() => run('SwitchyardLstm', [tf.zeros([2, 3, 8]), tf.zeros([2, 7]), tf.zeros([8])])).toThrow(
    /got float32\[2, 3, 8\] float32\[2, 7\] float32\[8\]; it takes projected inputs/,
  );
  expect(() => run('SwitchyardLstmGrad', [tf.zeros([2, 3, 2]), tf.zeros([2, 8])])).toThrow(/dhidden \[batch/);
});
