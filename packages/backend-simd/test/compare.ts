import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect } from 'vitest';
import '../src/index.ts';

// One seed: a test that compares roundings must not fail on a day's luck. Change it to search further.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });

export interface Values {
  values: ArrayLike<number>;
  shape: number[];
  dtype: string;
}

type Outputs = tf.Tensor | tf.Tensor[];

/** Runs `f` on a backend; nothing is left behind. */
export async function runOn(backend: 'cpu' | 'simd', f: () => Outputs): Promise<Values[]> {
  expect(await tf.setBackend(backend)).toBe(true);
  const before = tf.memory().numTensors;
  const results = tf.tidy(() =>
    [f()].flat().map((output) => ({ values: output.dataSync(), shape: output.shape, dtype: output.dtype })),
  );
  expect(tf.memory().numTensors).toBe(before);
  return results;
}

/** Same dtype, shape, NaNs and infinities; else within `relative` of the larger value, or `absolute`. */
function expectClose(actual: Values[], expected: Values[], relative: number, absolute: number): void {
  const form = ({ shape, dtype }: Values) => ({ shape, dtype });
  expect(actual.map(form)).toEqual(expected.map(form));
  actual.forEach(({ values }, i) => {
    const wanted = expected[i]!.values;
    expect(values.length).toBe(wanted.length);
    for (let j = 0; j < wanted.length; j++) {
      const a = values[j]!;
      const b = wanted[j]!;
      if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      const limit = Math.max(relative * Math.max(Math.abs(a), Math.abs(b)), absolute);
      if (!(Math.abs(a - b) <= limit)) expect.fail(`output ${i}, element ${j}: ${a} instead of ${b}`);
    }
  });
}

/** `f` gives on simd what it gives on cpu; it makes its own tensors. */
export async function expectSame(f: () => Outputs, relative = 1e-5, absolute = 1e-6): Promise<void> {
  expectClose(await runOn('simd', f), await runOn('cpu', f), relative, absolute);
}

/** `fused` on simd gives what its specification gives on cpu. */
export async function expectMatches(
  fused: () => Outputs,
  naive: () => Outputs,
  relative = 1e-5,
  absolute = 1e-6,
): Promise<void> {
  expectClose(await runOn('simd', fused), await runOn('cpu', naive), relative, absolute);
}

/** A float32 tensor with values between −1 and 1 that depend on `seed` only. */
export function random(shape: number[], seed: number): tf.Tensor {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return tf.tensor(values, shape);
}

const special = [
  0,
  -0,
  1,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e-38,
  -1e-38,
  1e-45,
  3e38,
  -3e38,
  88.8,
  -104,
  0.5,
];

/** A float32: an everyday number or one of those that go wrong. */
export const anyFloat: fc.Arbitrary<number> = fc.oneof(
  fc.float({ min: -100, max: 100, noNaN: true }),
  fc.constantFrom(...special.map((value) => Math.fround(value))),
);

/** Two shapes that broadcast to one of at most four dimensions. */
export const broadcastShapes: fc.Arbitrary<[number[], number[]]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.constantFrom('both', 'both', 'left', 'right')), {
    minLength: 0,
    maxLength: 4,
  })
  .chain((axes) =>
    fc.tuple(fc.nat(axes.length), fc.boolean()).map(([cut, left]): [number[], number[]] => {
      const a = axes.map(([size, kind]) => (kind === 'right' ? 1 : size));
      const b = axes.map(([size, kind]) => (kind === 'left' ? 1 : size));
      return left ? [a.slice(cut), b] : [a, b.slice(cut)];
    }),
  );
