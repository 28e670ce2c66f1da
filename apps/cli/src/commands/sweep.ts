import { join, relative } from 'node:path';
import { loadStudy, localExecutor, runStudy } from '@switchyard/experiments';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { InterruptedError } from '../errors.ts';
import { interruptionSignal } from '../run/interruption.ts';
import { styleFor } from '../terminal/style.ts';
import { sweepProgress } from './sweep-progress.ts';
import { cellTable, summaryOf } from './sweep-summary.ts';

const schema = z.strictObject({
  study: z.string().describe('a study.yaml, or the folder that holds one'),
  executor: z.enum(['local']).default('local').describe('where the runs are made'),
  workers: z.int().min(1).optional().describe('processes of the local executor; by default as many as cores'),
  retries: z.int().min(0).default(2).describe('how often a run that failed is tried again'),
  json: z.boolean().default(false).describe('print the summary as JSON'),
});

export const command = defineCommand({
  summary: 'Make the runs of a study. The same command again resumes; finished runs are not repeated.',
  positionals: ['study'],
  schema,
  examples: ['sweep studies/iarc-architectures', 'sweep studies/iarc-architectures/study.yaml --workers 2'],
  async run({ study: path, workers, retries, json }) {
    const signal = interruptionSignal();
    const study = await loadStudy(path);
    const progress = sweepProgress(process.stderr, study.name);
    const rows = await runStudy(study, {
      executor: localExecutor({ ...(workers && { workers }) }),
      signal,
      retries,
      onChange: progress.show,
      onFailure: progress.failure,
    }).finally(progress.stop);
    const summary = summaryOf(study, rows);
    const lines = json ? [JSON.stringify(summary)] : cellTable(rows, styleFor(process.stdout));
    process.stdout.write(`${lines.join('\n')}\n`);
    const { total, done, failed } = summary.runs;
    const results = relative('.', join(study.directory, 'results.csv'));
    if (signal.aborted && done < total) {
      throw new InterruptedError(`interrupted: ${done} of ${total} runs are done; the same command goes on from there`);
    }
    if (done < total) {
      process.stderr.write(`${done} of ${total} runs are done, ${failed} failed: ${results} says why\n`);
      process.exitCode = 1;
    } else process.stderr.write(`all ${total} runs are done: ${results}\n`);
  },
});
