import { availableParallelism } from 'node:os';
import { serveQueue } from '@switchyard/experiments';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { interruptionSignal } from '../run/interruption.ts';
import { percent } from '../terminal/format.ts';
import { queueOf, redisKeys } from './redis-keys.ts';

const schema = z.strictObject({
  ...redisKeys,
  workers: z.int().min(1).optional().describe('runs made at a time; by default as many as cores'),
  runs: z
    .string()
    .optional()
    .describe('where run directories lie; by default where the study has them, on a disk that all machines see'),
  patience: z
    .number()
    .positive()
    .default(30)
    .describe('seconds without a sign of life after which another worker takes over'),
});

export const command = defineCommand({
  summary: 'Make the runs that a queue holds, until interrupted: see sweep --executor bullmq.',
  positionals: [],
  schema,
  examples: ['worker --redis redis://:password@host:6379', 'worker --redis rediss://host:6380 --runs /data/runs'],
  async run({ workers = availableParallelism(), runs, patience, ...options }) {
    const queue = queueOf(options);
    const signal = interruptionSignal();
    const say = (text: string) => process.stderr.write(`${text}\n`);
    const name = (runHash: string) => runHash.slice(0, 16);
    await serveQueue({
      ...{ ...queue, workers, runs, patience, signal },
      onReady: () => say(`serving the queue ${queue.queue}, ${workers} runs at a time; Ctrl-C saves and stops`),
      onStart: ({ runHash }) => say(`${name(runHash)} begins`),
      onEnd({ runHash }, outcome) {
        const { status } = outcome;
        if (status === 'done') say(`${name(runHash)} done: accuracy ${percent(outcome.result.metrics.final.accuracy)}`);
        else say(`${name(runHash)} ${status}${status === 'failed' ? `: ${outcome.reason.split('\n')[0]}` : ''}`);
      },
      onWarning: (message) => say(`warning: ${message}`),
    });
  },
});
