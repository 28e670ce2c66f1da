import { simdInfo } from '@switchyard/backend-simd';
import { type BackendName, backendNames } from '@switchyard/training';
import { selectBackend } from '@switchyard/training/node';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { errorCode } from '../errors.ts';
import { wrap } from '../terminal/help.ts';
import { styleFor } from '../terminal/style.ts';

interface BackendReport {
  readonly name: Exclude<BackendName, 'auto'>;
  readonly available: boolean;
  /** Whether `auto` takes it. */
  readonly auto: boolean;
  /** What it runs on, or why it does not run. */
  readonly details: string;
}

function describeBackend(name: BackendReport['name']): string {
  const kernels = `${tf.getKernelsForBackend(name).length} kernels`;
  const simd = name === 'simd' ? simdInfo() : undefined;
  if (simd === undefined) return kernels;
  return `${simd.build} build: ${simd.reason}; ${simd.threads} ${simd.threads === 1 ? 'thread' : 'threads'}; ${kernels}`;
}

async function inspectBackend(name: BackendReport['name'], auto: string): Promise<BackendReport> {
  try {
    await selectBackend(name);
    return { name, available: true, auto: name === auto, details: describeBackend(name) };
  } catch (error) {
    if (errorCode(error) !== 'SWITCHYARD_BACKEND') throw error;
    const reason = (error as Error).message.replace(/^backend \w+:? ?/, '');
    return { name, available: false, auto: false, details: reason };
  }
}

export const command = defineCommand({
  summary: 'List the backends: which run here, why the others do not, and which one auto takes.',
  positionals: [],
  schema: z.strictObject({ json: z.boolean().default(false).describe('print the list as JSON') }),
  examples: ['backends', 'backends --json'],
  async run({ json }) {
    const auto = await selectBackend('auto');
    const reports: BackendReport[] = [];
    for (const name of backendNames) if (name !== 'auto') reports.push(await inspectBackend(name, auto));
    if (json) {
      process.stdout.write(`${JSON.stringify(reports)}\n`);
      return;
    }
    const style = styleFor(process.stdout);
    for (const { name, available, auto, details } of reports) {
      const mark = available ? style.green('yes') : style.dim('no ');
      const [first, ...rest] = wrap(`${details}${auto ? ' ← auto' : ''}`, 80 - 17);
      const lines = [`${name.padEnd(10)}  ${mark}  ${first}`, ...rest.map((line) => ' '.repeat(17) + line)];
      process.stdout.write(`${lines.join('\n')}\n`);
    }
  },
});
