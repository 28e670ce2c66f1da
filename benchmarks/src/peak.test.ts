import { simdInfo } from '@switchyard/backend-simd';
import { expect, test } from 'vitest';
import { measurePeak } from './peak.ts';

test('the loop of multiply-adds is a module that the engine takes', async () => {
  const { build, gigaflops } = await measurePeak(1);
  expect(build).toBe(simdInfo()!.build);
  expect(gigaflops).toBeGreaterThan(0);
});
