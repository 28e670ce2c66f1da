import { appendFileSync, closeSync, fsyncSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { TrainingError } from './errors.ts';
import type { Sink, TrainingEvent } from './events.ts';
import { errorCode, writeFileAtomically, writing } from './files.node.ts';
import { evaluationSchema, stepSchema } from './scores-schema.ts';

const lineSchema = z.discriminatedUnion('split', [
  stepSchema.extend({ split: z.literal('train') }),
  evaluationSchema.extend({ split: z.literal('evaluation') }),
]);

/** One line of metrics.jsonl. The numbers of a run are the same whenever it is repeated, but for `tokensPerSecond`. */
export type MetricsLine = z.output<typeof lineSchema>;

/** Writes logged steps and evaluations as JSON Lines; when a run goes on from step s, later lines are dropped. */
export function metricsFile(path: string): Sink & { close(): void } {
  let file: number | undefined;
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    close,
    async write(event) {
      if (event.type === 'start') {
        close();
        const kept = (await readLines(path)).filter((line) => stepOf(line) <= event.step);
        await writeFileAtomically(path, kept.map((line) => `${line}\n`).join(''));
        file = writing(path, () => openSync(path, 'a'));
      }
      const [line, open] = [toLine(event), file];
      if (line && open !== undefined) writing(path, () => appendFileSync(open, `${JSON.stringify(line)}\n`));
    },
    flush() {
      const open = file;
      if (open !== undefined) writing(path, () => fsyncSync(open));
    },
  };
}

/**
 * Reads metrics.jsonl; a last line that a killed process left unfinished is left out.
 *
 * @throws TrainingError `SWITCHYARD_RUN_METRICS` naming a line that is not one of `metricsFile`
 */
export async function readMetricsFile(path: string): Promise<MetricsLine[]> {
  const lines = await readLines(path);
  if (stepOf(lines.at(-1) ?? '') === Number.POSITIVE_INFINITY) lines.pop();
  return lines.map((line, index) => {
    const result = lineSchema.safeParse(Number.isFinite(stepOf(line)) ? JSON.parse(line) : line);
    if (result.success) return result.data;
    throw new TrainingError('SWITCHYARD_RUN_METRICS', `${path}:${index + 1} is not a line of metrics: remove it`);
  });
}

function toLine(event: TrainingEvent): MetricsLine | undefined {
  if (event.type === 'step') {
    const { type, secondsLeft, step, ...rest } = event;
    return { step, split: 'train', ...rest };
  }
  if (event.type === 'evaluation') {
    const { type, step, ...scores } = event;
    return { step, split: 'evaluation', ...scores };
  }
  return undefined;
}

async function readLines(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The step of a line, or Infinity for one that is not whole. */
function stepOf(line: string): number {
  try {
    const { step }: { step?: unknown } = JSON.parse(line);
    return typeof step === 'number' ? step : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
