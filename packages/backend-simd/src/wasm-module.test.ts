import { afterEach, expect, test, vi } from 'vitest';
import { startThreads } from './threads.ts';
import type * as Module from './wasm-module.ts';

afterEach(() => vi.unstubAllEnvs());

async function load(wish: string): Promise<typeof Module> {
  vi.stubEnv('SWITCHYARD_SIMD', wish);
  vi.resetModules();
  return await import('./wasm-module.ts');
}

test.each(['plain', 'relaxed'] as const)('SWITCHYARD_SIMD=%s chooses that build, and it multiplies', async (wish) => {
  const { loadWasm, simdInfo } = await load(wish);
  expect(simdInfo()).toBeUndefined();
  const module = await loadWasm();
  const { exports, memory } = module;
  expect(simdInfo()?.build).toBe(wish);
  memory.grow(4);
  const floats = new Float32Array(memory.buffer);
  startThreads(1, module, () => 65_536);
  const [a, b, c] = [131_072, 132_000, 133_008];
  floats.set([1, 2, 3, 4, 5, 6], a / 4);
  floats.set([1, 0, 1, -1, 1, 0], b / 4);
  exports.matmul(1, 0, 0, 0, 0, a, 12, b, 8, c, 8, 2, 2, 3, 0, 0, 0, 0);
  expect(Array.from(floats.subarray(c / 4, c / 4 + 4))).toEqual([6, -2, 15, -5]);
});

test('an unknown wish is an error that says what is allowed', async () => {
  const { loadWasm } = await load('fast');
  await expect(loadWasm()).rejects.toThrow(/SWITCHYARD_SIMD is "fast"; it must be "plain" or "relaxed"/);
});
