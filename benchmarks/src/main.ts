import { parseArgs } from 'node:util';
import type { BackendName } from '@switchyard/training';
import { BenchmarkError } from './errors.ts';

/** What can be run: each is a function of the parsed flags that prints JSON Lines on stdout. */
const benchmarks: Record<string, () => Promise<(flags: BenchmarkFlags) => Promise<void>>> = {
  generate: async () => (await import('./generate.ts')).benchmarkGenerate,
  kernels: async () => (await import('./results/kernel-result.ts')).benchmarkKernels,
  peak: async () => (await import('./peak.ts')).benchmarkPeak,
  step: async () => (await import('./step.ts')).benchmarkStep,
  peers: async () => (await import('./peers/peers.ts')).benchmarkPeers,
  participant: async () => (await import('./peers/tfjs-peer.ts')).benchmarkParticipant,
  tables: async () => (await import('./results/documents.ts')).writeTables,
};

export interface BenchmarkFlags {
  /** Of `step` and `participant`. */
  readonly backend: BackendName;
  /** Of `step`: `off` times it as tfjs runs it; on `simd` it is captured and replayed otherwise. */
  readonly capture: string;
  /** Of `peers`: part of the names of the configurations to time. */
  readonly only?: string;
  /** Of `peers`: names with commas between them; `simd` is always there. */
  readonly participants?: string;
  /** Of `peers`. */
  readonly rounds: string;
  /** Of `peers` and `kernels`: the file that the result is written to. */
  readonly output?: string;
}

const usage = `usage: pnpm -s bench <benchmark> [flags]

  generate   batches of IARC
  kernels    matrix products                      [--output FILE]
  peak       multiply-adds of one core, at most
  step       training steps on one backend        [--backend auto] [--capture off] < peer-configs.jsonl
  peers      training steps of all, interleaved   [--only NAME] [--participants a,b] [--rounds 9] [--output FILE]
  tables     writes the tables of the READMEs anew from results/step.json`;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      backend: { type: 'string', default: 'auto' },
      capture: { type: 'string', default: 'on' },
      only: { type: 'string' },
      participants: { type: 'string' },
      rounds: { type: 'string', default: '9' },
      output: { type: 'string' },
    },
  });
  const [name = ''] = positionals;
  const load = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (load === undefined || positionals.length > 1) throw new BenchmarkError('SWITCHYARD_BENCHMARK_USAGE', usage);
  const run = await load();
  await run(values as BenchmarkFlags); // selectBackend checks the name
}

await main().catch((error: Error & { code?: string }) => {
  const isUsage = error.code === 'SWITCHYARD_BENCHMARK_USAGE' || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage || error instanceof BenchmarkError ? error.message : error);
  process.exit(isUsage ? 2 : 1); // ends participants, too
});
