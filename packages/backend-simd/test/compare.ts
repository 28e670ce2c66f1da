import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

export interface Values {
  values: ArrayLike<number>;
  shape: number[];
  dtype: string;
}

type Outputs = tf.Tensor | tf.Tensor[];

/** Runs `f` on a backend on the same input values; nothing is left behind. */
export async function runOn(
  backend: string,
  inputs: tf.Tensor[],
  f: (...inputs: never[]) => Outputs,
): Promise<Values[]> {
  await tf.setBackend(backend);
  const outputs = tf.tidy(() => {
    const result = f(...(inputs as never[]));
    return (Array.isArray(result) ? result : [result]).map((output) => ({
      values: output.dataSync(),
      shape: output.shape,
      dtype: output.dtype,
    }));
  });
  return outputs;
}

/** Same dtype, shape and NaNs; values within `relative` of the larger, or `absolute`. */
export function expectClose(actual: Values[], expected: Values[], relative = 1e-5, absolute = 1e-6): void {
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  actual.forEach(({ values }, i) => {
    const wanted = expected[i]!.values;
    expect(values.length).toBe(wanted.length);
    for (let j = 0; j < wanted.length; j++) {
      const a = values[j]!;
      const b = wanted[j]!;
      if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      const limit = Math.max(relative * Math.max(Math.abs(a), Math.abs(b)), absolute);
      if (!(Math.abs(a - b) <= limit)) expect.fail(`output ${i}, element ${j}: ${a} instead of ${b}`);
    }
  });
}

/** `f` on simd gives what it gives on cpu. The inputs move between the backends with it. */
export async function expectSame(
  inputs: tf.Tensor[],
  f: (...inputs: never[]) => Outputs,
  relative?: number,
  absolute?: number,
): Promise<void> {
  const expected = await runOn('cpu', inputs, f);
  const actual = await runOn('simd', inputs, f);
  expectClose(actual, expected, relative, absolute);
}
