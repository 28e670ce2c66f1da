import { parseArgs } from 'node:util';
import type { BackendName } from '@switchyard/training';

/** What can be timed: each is a function of the parsed flags that prints JSON Lines on stdout. */
const benchmarks: Record<string, () => Promise<(flags: BenchmarkFlags) => Promise<void>>> = {
  generate: async () => (await import('./generate.ts')).benchmarkGenerate,
  kernels: async () => (await import('./kernels.ts')).benchmarkKernels,
  step: async () => (await import('./step.ts')).benchmarkStep,
};

export interface BenchmarkFlags {
  readonly backend: BackendName;
  /** `off` times the step as tfjs runs it; on `simd` it is captured and replayed otherwise. */
  readonly capture: string;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: 'string', default: 'auto' }, capture: { type: 'string', default: 'on' } },
});
const [name = ''] = positionals;
const load = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (load === undefined || positionals.length > 1) {
  console.error(`usage: pnpm -s bench <${Object.keys(benchmarks).join(' | ')}> [--backend auto] [--capture off]`);
  process.exitCode = 2;
} else {
  const run = await load();
  await run(values as BenchmarkFlags); // selectBackend checks the name
}
