import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { backendNames } from '@switchyard/training';
import { z } from 'zod';
import { benchmarkRunner } from '../bench/runner.ts';
import { defineCommand } from '../command.ts';
import { InterruptedError } from '../errors.ts';

const output = z.string().min(1).optional().describe('file that the whole result is written to');

export const command = defineCommand({
  summary:
    'Measure how fast Switchyard is here, in a clone of its repository: training steps on one backend (step) or beside PyTorch and other backends (peers), matrix products (kernels), multiply-adds of one core at most (peak), batches of IARC (generate). One JSON object a line.',
  positionals: ['kind'],
  schema: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('step'),
        backend: z.enum(backendNames).default('auto').describe('where tensors live'),
        capture: z.enum(['on', 'off']).default('on').describe('whether steps are recorded once and replayed'),
      }),
      z.strictObject({
        kind: z.literal('peers'),
        only: z.string().optional().describe('part of the names of the configurations to time; by default all'),
        participants: z
          .string()
          .optional()
          .describe('names with commas between them, simd aside; by default all that run'),
        rounds: z.int().min(1).default(9).describe('rounds in which all take turns'),
        output,
      }),
      z.strictObject({ kind: z.literal('kernels'), output }),
      z.strictObject({ kind: z.literal('peak') }),
      z.strictObject({ kind: z.literal('generate') }),
    ])
    .describe('what is measured'),
  examples: ['bench step', 'bench step --backend cpu', 'bench peers --only ea --rounds 3'],
  async run({ kind, ...flags }) {
    const program = benchmarkRunner(fileURLToPath(new URL('../../../..', import.meta.url)));
    const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
    process.on('SIGINT', () => {}); // the runner has it too, and ends
    const child = spawn(process.execPath, [program, kind, ...args], { stdio: 'inherit' });
    const [code, signal] = await once(child, 'close');
    if (signal === 'SIGINT') throw new InterruptedError('interrupted: what was printed is measured');
    process.exitCode = code ?? 1;
  },
});
