import { join, relative } from 'node:path';
import {
  bullmqExecutor,
  loadStudy,
  localExecutor,
  runStudy,
  type StartExecutor,
  type Study,
  slurmExecutor,
} from '@switchyard/experiments';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { exitCodes, InterruptedError } from '../errors.ts';
import { interruptionSignal } from '../run/interruption.ts';
import { styleFor } from '../terminal/style.ts';
import { queueOf, redisKeys } from './redis-keys.ts';
import { sweepProgress } from './sweep-progress.ts';
import { cellTable, summaryOf } from './sweep-summary.ts';

const schema = z.strictObject({
  study: z.string().describe('a study.yaml, or the folder that holds one'),
  executor: z.enum(['local', 'bullmq', 'slurm']).default('local').describe('where the runs are made'),
  workers: z.int().min(1).optional().describe('processes of the local executor; by default as many as cores'),
  ...redisKeys,
  sbatch: z.string().optional().describe('more options for sbatch, as in "--partition=long --time=2:00:00"'),
  retries: z.int().min(0).default(2).describe('how often a run that failed is tried again'),
  json: z.boolean().default(false).describe('print the summary as JSON'),
});

type Options = z.output<typeof schema>;

function executorOf(options: Options, study: Study): StartExecutor {
  const { workers, sbatch } = options;
  switch (options.executor) {
    case 'local':
      return localExecutor({ ...(workers && { workers }) });
    case 'bullmq':
      return bullmqExecutor(queueOf(options));
    case 'slurm': {
      const words = sbatch?.split(/\s+/).filter((word) => word !== '') ?? [];
      return slurmExecutor({ directory: join(study.directory, 'runs', 'slurm'), sbatch: words });
    }
  }
}

export const command = defineCommand({
  summary: 'Make the runs of a study. The same command again resumes; finished runs are not repeated.',
  positionals: ['study'],
  schema,
  examples: [
    'sweep studies/iarc-architectures',
    'sweep studies/iarc-architectures --executor bullmq --redis redis://:password@host:6379',
    'sweep studies/iarc-architectures --executor slurm --sbatch="--partition=long"',
  ],
  async run(options) {
    const signal = interruptionSignal();
    const study = await loadStudy(options.study);
    const progress = sweepProgress(process.stderr, study.name);
    const rows = await runStudy(study, {
      executor: executorOf(options, study),
      signal,
      retries: options.retries,
      onChange: progress.show,
      onFailure: progress.failure,
      onWarning: progress.warn,
    }).finally(progress.stop);

    const summary = summaryOf(study, rows);
    const lines = options.json ? [JSON.stringify(summary)] : cellTable(rows, styleFor(process.stdout));
    process.stdout.write(`${lines.join('\n')}\n`);
    const { total, done, failed } = summary.runs;
    if (signal.aborted && done < total) {
      throw new InterruptedError(`interrupted: ${done} of ${total} runs are done; the same command goes on from there`);
    }
    const results = relative('.', join(study.directory, 'results.csv'));
    process.stderr.write(
      done < total
        ? `${done} of ${total} runs are done, ${failed} failed: ${results} says why\n`
        : `all ${total} runs are done: ${results}\n`,
    );
    if (done < total) process.exitCode = exitCodes.failed;
  },
});
