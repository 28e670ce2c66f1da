import { createReadStream, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { selectBackend } from '@switchyard/training/node';
import type { BenchmarkFlags } from './main.ts';
import { medianTime } from './median-time.ts';
import { parseStepConfigs, peerConfigsFile } from './step-config.ts';
import { prepareTrainingStep } from './training-step.ts';

/**
 * Times one training step for every configuration that stands on stdin, one JSON object a line, or for the default set, and writes each
 * line back with `ms` added.
 */
export async function benchmarkStep({ backend, capture }: BenchmarkFlags): Promise<void> {
  const chosen = await selectBackend(backend);
  const captured = chosen === 'simd' && capture !== 'off';
  const piped = process.stdin.isTTY ? '' : await text(createReadStream('', { fd: 0 }));
  for (const config of parseStepConfigs(piped.trim() === '' ? readFileSync(peerConfigsFile, 'utf8') : piped)) {
    const { step, parameters, dispose } = prepareTrainingStep(config, captured);
    const ms = await medianTime(step);
    dispose();
    console.log(JSON.stringify({ ...config, ms, parameters, backend: chosen, captured }));
  }
}
