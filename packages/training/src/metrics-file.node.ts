import { appendFileSync, closeSync, fsyncSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { EvaluationEvent, Scores, Sink, StepEvent, TrainingEvent } from './events.ts';
import { errorCode, writeError, writeFileAtomically } from './files.node.ts';

/** One line of metrics.jsonl. The numbers of a run are the same whenever it is repeated, but for `tokensPerSecond`. */
export type MetricsLine =
  | ({ readonly split: 'train' } & Omit<StepEvent, 'type' | 'secondsLeft'>)
  | ({ readonly split: 'evaluation'; readonly step: number } & Scores);

/** Writes logged steps and evaluations as JSON Lines; when a run goes on from step s, later lines are dropped. */
export function metricsFile(path: string): Sink & { close(): void } {
  let file: number | undefined;
  return {
    async write(event) {
      if (event.type === 'start') {
        const kept = (await readLines(path)).filter((line) => stepOf(line) <= event.step);
        await writeFileAtomically(path, kept.map((line) => `${line}\n`).join(''));
        file = openSync(path, 'a');
      }
      const line = toLine(event);
      if (line && file !== undefined) {
        try {
          appendFileSync(file, `${JSON.stringify(line)}\n`);
        } catch (error) {
          throw writeError(path, error);
        }
      }
    },
    flush() {
      if (file !== undefined) fsyncSync(file);
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** Reads metrics.jsonl; a last line that a killed process left unfinished is left out. */
export async function readMetricsFile(path: string): Promise<MetricsLine[]> {
  const lines = await readLines(path);
  return lines.filter((line) => Number.isFinite(stepOf(line))).map((line): MetricsLine => JSON.parse(line));
}

function toLine(event: TrainingEvent): MetricsLine | undefined {
  if (event.type === 'step') {
    const { type, secondsLeft, step, ...rest } = event;
    return { step, split: 'train', ...rest };
  }
  if (event.type === 'evaluation') {
    const { type, step, ...scores }: EvaluationEvent = event;
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
