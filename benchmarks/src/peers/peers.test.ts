import { expect, test } from 'vitest';
import type { BenchmarkFlags } from '../main.ts';
import { benchmarkPeers } from './peers.ts';

const flags: BenchmarkFlags = { backend: 'auto', capture: 'on', rounds: '9' };

test.each([
  [{ only: 'huge' }, /^--only huge: it must be part of one of transformer-dpa small, /],
  [{ participants: 'simd,jax' }, /^--participants simd,jax: jax is none of simd, simd-1, pytorch-eager, /],
  [{ rounds: '0' }, /^--rounds 0: it must be a whole number from 1 to 9999$/],
  [{ rounds: '2.5' }, /^--rounds 2.5: /],
])('%o is refused before anything starts', async (wrong, message) => {
  const error = await benchmarkPeers({ ...flags, ...wrong }).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'SWITCHYARD_BENCHMARK_USAGE', message: expect.stringMatching(message) });
});
