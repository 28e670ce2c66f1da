import { availableParallelism, cpus, loadavg, machine, release, totalmem, type } from 'node:os';
import { z } from 'zod';

export const machineSchema = z.strictObject({
  cpu: z.string(),
  /** That the process may use. */
  cores: z.int().positive(),
  memoryGiB: z.number().positive(),
  architecture: z.string(),
  os: z.string(),
  node: z.string(),
  v8: z.string(),
  /** Average number of processes that wanted to run, over the last 1, 5 and 15 minutes before the benchmark. */
  loadAverage: z.tuple([z.number(), z.number(), z.number()]),
});

export type Machine = z.infer<typeof machineSchema>;

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    architecture: machine(),
    os: `${type()} ${release()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    loadAverage: loadavg().map((value) => Math.round(value * 100) / 100) as Machine['loadAverage'],
  };
}
