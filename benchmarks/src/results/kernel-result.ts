import { z } from 'zod';
import { measureKernels } from '../kernels.ts';
import type { BenchmarkFlags } from '../main.ts';
import { writeResult } from './files.ts';
import { describeMachine, machineSchema } from './machine.ts';

/** `benchmarks/results/kernels.json`: what `bench kernels` measured. */
export const kernelResultSchema = z.strictObject({
  benchmark: z.literal('kernels'),
  date: z.iso.datetime(),
  machine: machineSchema,
  measurements: z
    .array(
      z.looseObject({
        benchmark: z.literal('kernel'),
        kernel: z.string(),
        backend: z.string(),
        microseconds: z.number().positive(),
        gigaflops: z.number().positive(),
      }),
    )
    .min(1),
});

export type KernelResult = z.infer<typeof kernelResultSchema>;

/** Prints one measurement a line, and writes all of them to the file that `--output` names. */
export async function benchmarkKernels({ output }: BenchmarkFlags): Promise<void> {
  const machine = describeMachine();
  const measurements = await measureKernels();
  for (const measurement of measurements) console.log(JSON.stringify(measurement));
  if (output === undefined) return;
  const date = new Date().toISOString();
  writeResult(output, kernelResultSchema.parse({ benchmark: 'kernels', date, machine, measurements }));
}
