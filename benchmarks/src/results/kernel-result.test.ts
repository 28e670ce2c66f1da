import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exampleResult } from '../../test/examples.ts';
import { kernelResultSchema } from './kernel-result.ts';

const measurement = {
  benchmark: 'kernel',
  kernel: 'matMul',
  backend: 'simd',
  microseconds: 5.5,
  gigaflops: 48,
  share: 0.8,
};
const { date, machine } = exampleResult();
const result = { benchmark: 'kernels', date, machine, measurements: [measurement] };

test('a result keeps what a measurement says beyond time and speed, and refuses one without them', () => {
  expect(kernelResultSchema.parse(result)).toEqual(result);
  const incomplete = { ...measurement, gigaflops: undefined };
  expect(kernelResultSchema.safeParse({ ...result, measurements: [incomplete] }).success).toBe(false);
  expect(kernelResultSchema.safeParse({ ...result, measurements: [] }).success).toBe(false);
});

const file = new URL('../../results/kernels.json', import.meta.url);

test.skipIf(!existsSync(file))('the result file is a result of this version', () => {
  kernelResultSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
});
