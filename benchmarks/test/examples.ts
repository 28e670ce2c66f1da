import { judgeTargets, type StepResult, stepResultSchema, summarizeConfig } from '../src/results/step-result.ts';
import type { NamedStepConfig } from '../src/step-config.ts';

export const config: NamedStepConfig = {
  name: 'transformer-ea small',
  model: 'transformer',
  attention: 'ea',
  batch: 2,
  window: 4,
  width: 8,
  heads: 1,
  layers: 1,
  feedForward: 8,
  vocabulary: 5,
};

/** A result in which `simd` takes 2 ms, PyTorch 2.8, tfjs wasm 30, tfjs cpu was left out of the large model, tfjs-node of all. */
export function exampleResult(): StepResult {
  const small = summarizeConfig(
    config,
    new Map([
      ['simd', { parameters: 10, rounds: [1.9, 2, 2.5] }],
      ['pytorch-eager', { parameters: 10, rounds: [2.8, 2.6, 5] }],
      ['tfjs-wasm', { parameters: 10, rounds: [30, 29, 31] }],
      ['tfjs-cpu', { parameters: 10, rounds: [200, 210, 190] }],
    ]),
  );
  const large = summarizeConfig(
    { ...config, name: 'transformer-ea large' },
    new Map([
      ['simd', { parameters: 99, rounds: [110, 100, 120] }],
      ['pytorch-eager', { parameters: 99, rounds: [99, 100, 88] }],
      ['tfjs-wasm', { parameters: 99, rounds: [4000, 4100, 3900] }],
      ['tfjs-cpu', { skipped: 'a step takes 34 s' }],
    ]),
  );
  return stepResultSchema.parse({
    benchmark: 'step',
    date: '2026-01-02T03:04:05.000Z',
    machine: {
      cpu: 'Abacus 9',
      cores: 2,
      memoryGiB: 8,
      architecture: 'x86_64',
      os: 'Linux 6.1',
      node: '20.19.0',
      v8: '11.3',
      loadAverage: [0.1, 0.25, 0.5],
    },
    rounds: 3,
    secondsPerRound: 0.3,
    participants: [
      { name: 'simd', title: '`simd`, 2 threads', library: '@switchyard/backend-simd 1.0.0', threads: 2 },
      { name: 'pytorch-eager', title: 'PyTorch eager', library: 'PyTorch 2.13.0', threads: 2 },
      { name: 'tfjs-wasm', title: 'tfjs wasm', library: 'tfjs-backend-wasm 4.22.0', threads: 1 },
      { name: 'tfjs-cpu', title: 'tfjs cpu', library: 'tfjs-backend-cpu 4.22.0', threads: 1 },
    ],
    leftOut: [{ name: 'tfjs-node', title: 'tfjs-node', reason: 'it is not installed' }],
    configs: [small, large],
    targets: judgeTargets([small, large]),
  } satisfies StepResult);
}
